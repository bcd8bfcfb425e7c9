"""The register of evidence: every id that a timeline may cite."""

from collections.abc import Iterable

from pipeline.event import Event, LogSummary, Series
from pipeline.timeline.model import Evidence


def register(
    events: Iterable[Event], logs: Iterable[LogSummary], series: Iterable[Series], points: Iterable[Evidence]
) -> dict[str, Evidence]:
    """Evidence by id, ordered by id; a duplicate keeps the record that sorts first."""
    found = [
        Evidence(
            id=one.id, at=one.at, source=one.source or one.connector, kind=one.kind, title=one.title, url=one.url,
            native_id=one.native_id, service=one.service, body=one.body,
        )
        for one in sorted(events, key=lambda one: (one.at, one.id, one.connector))
    ]  # fmt: skip
    found += [
        Evidence(
            id=one.id, at=one.first, source=one.source or one.connector, kind="log", title=one.template,
            value=float(one.count), unit="records", service=one.service,
            body="\n".join([one.reason, *(exemplar.text for exemplar in one.exemplars[:1])]).strip(),
        )
        for one in logs
    ]  # fmt: skip
    found += [
        Evidence(
            id=one.id, at=one.points[0][0], source=one.connector, kind="metric", title=one.name, url=one.url,
            unit=one.unit, query=one.query, service=one.service,
        )
        for one in series
        if one.points
    ]  # fmt: skip
    first: dict[str, Evidence] = {}
    for one in [*found, *points]:
        first.setdefault(one.id, one)
    return dict(sorted(first.items()))
