"""Issues that are incidents, by their label."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from connectors.github.api import Api
from pipeline import desks, issue_labels, streams, times
from pipeline.errors import IncidentNotFound
from pipeline.http import HttpError
from pipeline.incident import Incident, severity


def find(api: Api, incident_id: str) -> Incident:
    """The issue with this number (`42`, `#42`); IncidentNotFound where it is none, or has not the label."""
    number = incident_id.removeprefix(f"{api.settings.issues_in}#").removeprefix("#")
    if number.isascii() and number.isdigit():
        try:
            raw = api.get(f"repos/{api.settings.issues_in}/issues/{number}")
        except HttpError as problem:
            if problem.status not in (404, 410):
                raise
            raw = {}
        for found in streams.incidents(partial(_incident, api), [raw], incident_id):
            return found
    listed = islice(api.pages(f"repos/{api.settings.issues_in}/issues", _query(api)), desks.NEAR)
    near = desks.nearest(
        incident_id, (one.id for one in streams.incidents(partial(_incident, api), listed, api.settings.issues_in))
    )
    raise IncidentNotFound(
        f"{incident_id!r} is no issue of {api.settings.issues_in} labelled {api.settings.incident_label!r}.",
        fix=f"Nearest: {', '.join(near)}." if near else "Check incident_label and incident_repository.",
    )


def recent(api: Api, since: datetime) -> Iterator[Incident]:
    """The incidents that were opened or changed since then, newest first."""
    query = {**_query(api), "since": times.rfc3339(since.replace(microsecond=0))}
    place = api.settings.issues_in
    yield from streams.incidents(partial(_incident, api), api.pages(f"repos/{place}/issues", query), place)


def _query(api: Api) -> dict[str, str]:
    return {"labels": api.settings.incident_label, "state": "all", "sort": "created", "direction": "desc"}


def _labels(raw: Any) -> list[str]:
    return [str(one.get("name") if isinstance(one, dict) else one) for one in raw.get("labels") or ()]


def _is_one(api: Api, raw: Any) -> bool:
    labelled = api.settings.incident_label.casefold() in (label.casefold() for label in _labels(raw))
    return "number" in raw and "pull_request" not in raw and labelled


def _incident(api: Api, raw: Any) -> Iterator[Incident]:
    """The incident, or nothing where the issue is none."""
    if not _is_one(api, raw):
        return
    word, services = issue_labels.read(_labels(raw), api.settings.service_label)
    closed = raw.get("closed_at")
    yield Incident(
        id=str(raw["number"]), title=str(raw["title"]), severity=severity(word), severity_raw=word, services=services,
        opened_at=times.parse(raw["created_at"]), resolved_at=times.parse(closed) if closed else None,
        url=str(raw.get("html_url") or ""), summary=str(raw.get("body") or ""), source=api.settings.name,
    )  # fmt: skip
