"""Alert episodes of the window, from the raw samples of ALERTS and ALERTS_FOR_STATE.

Raw range selectors as instant queries, never `query_range`: its look-back shows an alert firing for minutes after its
last sample, and its step misses short ones (https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness).
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from connectors.prometheus.api import Api, Result, quoted
from connectors.prometheus.episodes import Episode, Labels, Samples, episodes, gather, never_fired
from connectors.prometheus.pieces import Refused, in_pieces
from connectors.prometheus.rules import Rule, rule_of, rules
from connectors.prometheus.settings import PrometheusSettings
from pipeline import times
from pipeline.alert_labels import fingerprint, level
from pipeline.errors import SourceError
from pipeline.event import Event, Notice
from pipeline.incident import Window

MARGIN = timedelta(minutes=5)  # read on both sides of the window, to know what was firing before and after
CHUNK_S = 6 * 3600
SMALLEST_CHUNK_S = 300


def alert_events(api: Api, settings: PrometheusSettings, window: Window, now: datetime) -> Iterator[Event | Notice]:
    """A `fired` event for each firing episode and a `resolved` one where it ended within the window."""
    alerts: dict[Labels, Samples] = {}
    yield from _read(api, settings, window, alerts)
    yield from api.warnings()
    known, missing = _rules(api)
    if alerts and missing:
        yield missing
    start, end = window.start.timestamp(), window.end.timestamp()
    known_until = min(window.end + MARGIN, now).timestamp()
    for episode in episodes(alerts, start, end, known_until, settings.stale_after):
        yield from _told(episode, known, settings, window)
    pending = Counter(labels.get("alertname", "?") for labels in never_fired(alerts, start, end, settings.stale_after))
    if pending:
        names = ", ".join(f"{name} ({count})" if count > 1 else name for name, count in sorted(pending.items()))
        yield Notice(
            kind="pending-alerts",
            detail=f"{pending.total()} alert episode(s) were pending and never fired, so they are not shown: {names}.",
        )
    if not alerts:
        yield Notice(
            kind="no-alerts", detail=f"No alert was pending or firing: {selector('ALERTS', settings)} is empty."
        )


def selector(metric: str, settings: PrometheusSettings) -> str:
    """`metric{…}` with the configured matchers, values quoted as PromQL wants them."""
    matchers = []
    for label, value in settings.alert_selector.items():
        operator = next((sign for sign in ("=~", "!~", "!=") if value.startswith(sign)), "")
        matchers.append(f"{label}{operator or '='}{quoted(value.removeprefix(operator))}")
    matchers += [f"alertname!={quoted(name)}" for name in settings.ignore_alerts]
    return f"{metric}{{{','.join(matchers)}}}"


def _read(api: Api, settings: PrometheusSettings, window: Window, into: dict[Labels, Samples]) -> Iterator[Notice]:
    """Gather the samples of the window and its margins; what the server refuses is a gap."""
    start, end = math.floor((window.start - MARGIN).timestamp()), math.ceil((window.end + MARGIN).timestamp())
    for metric in ("ALERTS", "ALERTS_FOR_STATE"):
        what = selector(metric, settings)

        def ask(low: int, high: int, what: str = what) -> Result:
            return api.query(f"{what}[{high - low}s]", datetime.fromtimestamp(high, UTC))

        for piece in in_pieces(ask, start, end, CHUNK_S, SMALLEST_CHUNK_S):
            if isinstance(piece, Refused):
                span = f"{times.rfc3339(times.from_epoch(piece.low))} to {times.rfc3339(times.from_epoch(piece.high))}"
                yield Notice(kind="refused", detail=f"{metric} from {span} was refused: {piece.problem}", gap=True)
            else:
                gather(piece, into)


def _rules(api: Api) -> tuple[list[Rule], Notice | None]:
    try:
        return list(rules(api.get("rules", {"type": "alert"}))), None
    except (SourceError, AttributeError, TypeError, ValueError) as problem:
        return [], Notice(
            kind="no-rules",
            detail=f"The alerting rules could not be read, so alerts come without summary and condition: {problem}",
        )


def _told(
    episode: Episode, known: list[Rule], settings: PrometheusSettings, window: Window
) -> Iterator[Event | Notice]:
    rule = rule_of(known, episode.labels)
    texts = rule.texts(episode.labels, episode.since) if rule else {}
    first = times.from_epoch(episode.first) if episode.first is not None else None
    active_since = times.from_epoch(episode.since) if episode.since else None
    mark = fingerprint(episode.labels)
    fired = Event(
        at=first or window.start,
        kind="alert",
        moment="fired",
        title=_title(episode.labels, texts.get("summary", ""), settings),
        source=settings.name,
        native_id=mark,
        fingerprint=mark,
        episode=active_since or first,
        active_since=active_since,
        service=episode.labels.get(settings.service_label) or episode.labels.get("job", ""),
        severity=level(episode.labels.get("severity", "")),
        labels=episode.labels,
        url=settings.linked(_same_alert(episode.labels), window.start, window.end),
        body="\n".join(_body(episode, rule, texts)),
    )
    if first:
        yield fired
    if episode.end is not None:
        at = times.from_epoch(episode.end)
        yield replace(fired, at=at, moment="resolved", body="", precision_s=episode.spacing)
    for before, after in episode.holes:
        span = f"{times.rfc3339(times.from_epoch(before))} to {times.rfc3339(times.from_epoch(after))}"
        detail = (
            f"{fired.title}: no samples from {span}, though the alert stayed active; the server may have been down."
        )
        yield Notice(kind="missing-samples", detail=detail, gap=True)


def _title(labels: Mapping[str, str], summary: str, settings: PrometheusSettings) -> str:
    name = labels.get("alertname", "alert")
    place = labels.get(settings.service_label) or labels.get("instance") or labels.get("job", "")
    return f"{name}: {summary}" if summary else f"{name} on {place}" if place else name


def _body(episode: Episode, rule: Rule | None, texts: Mapping[str, str]) -> Iterator[str]:
    yield from (texts[name] for name in ("description", "message") if texts.get(name))
    if rule:
        yield f"Condition: {rule.query}" + (f", for {rule.hold_s:g} s" if rule.hold_s else "")
    if texts.get("runbook_url"):
        yield f"Runbook: {texts['runbook_url']}"
    if episode.before:
        yield "Already firing when the window begins."
    if episode.end is None:
        yield "Still firing when the window ends."


def _same_alert(labels: Mapping[str, str]) -> str:
    return f"ALERTS{{{','.join(f'{name}={quoted(value)}' for name, value in sorted(labels.items()))}}}"
