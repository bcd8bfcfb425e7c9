"""Issues that are incidents: by their type, or by their label."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from connectors.gitlab.api import Api, project
from pipeline import desks, issue_labels, streams, times
from pipeline.errors import IncidentNotFound
from pipeline.http import HttpError
from pipeline.incident import Incident, severity


def find(api: Api, incident_id: str) -> Incident:
    """The incident with this number (`42`, `#42`); IncidentNotFound where there is none."""
    place = api.settings.incident_project
    number = incident_id.removeprefix(f"{place}#").removeprefix("#")
    if number.isascii() and number.isdigit():
        try:
            raw = api.get(f"{project(place)}/issues/{number}")
        except HttpError as problem:
            if problem.status != 404:
                raise
            raw = {}
        for found in streams.incidents(partial(_incident, api), [raw], incident_id):
            return found
    listed = islice(api.pages(f"{project(place)}/issues", _query(api)), desks.NEAR)
    near = desks.nearest(incident_id, (one.id for one in streams.incidents(partial(_incident, api), listed, place)))
    raise IncidentNotFound(
        f"{incident_id!r} is no incident of {place}.",
        fix=f"Nearest: {', '.join(near)}." if near else "Check incident_project and incident_label.",
    )


def recent(api: Api, since: datetime) -> Iterator[Incident]:
    """The incidents that were opened or changed since then, newest first."""
    query = {**_query(api), "updated_after": times.rfc3339(since.replace(microsecond=0))}
    place = api.settings.incident_project
    yield from streams.incidents(partial(_incident, api), api.pages(f"{project(place)}/issues", query), place)


def _query(api: Api) -> dict[str, str]:
    label = api.settings.incident_label
    chosen = {"labels": label} if label else {"issue_type": "incident"}
    return {**chosen, "order_by": "created_at", "sort": "desc"}


def _is_one(api: Api, raw: Any) -> bool:
    if "iid" not in raw:
        return False
    if label := api.settings.incident_label.casefold():
        return label in (str(one).casefold() for one in raw.get("labels") or ())
    return str(raw.get("issue_type") or raw.get("type")).casefold() == "incident"


def _incident(api: Api, raw: Any) -> Iterator[Incident]:
    """The incident, or nothing where the issue is none."""
    if not _is_one(api, raw):
        return
    word, services = issue_labels.read(map(str, raw.get("labels") or ()), api.settings.service_label)
    own = str(raw.get("severity") or "").lower()
    word = word or ("" if own == "unknown" else own)
    closed = raw.get("closed_at")
    yield Incident(
        id=str(raw["iid"]), title=str(raw["title"]), severity=severity(word), severity_raw=word, services=services,
        opened_at=times.parse(raw["created_at"]), resolved_at=times.parse(closed) if closed else None,
        url=str(raw.get("web_url") or ""), summary=str(raw.get("description") or ""), source=api.settings.name,
    )  # fmt: skip
