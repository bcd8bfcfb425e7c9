"""Incidents of PagerDuty."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from connectors.pagerduty.api import Api
from pipeline import streams, times
from pipeline.desks import not_found
from pipeline.http import HttpError
from pipeline.incident import Incident, Window, severity
from pipeline.paging import value

OPENED_BEFORE = timedelta(days=30)  # an incident that was resolved lately may have been opened so long ago
_OPEN = ("triggered", "acknowledged")


def find(api: Api, incident_id: str, now: datetime) -> Incident:
    """The incident with this id (`PT4KHLK`) or number (`1234`, `#1234`); IncidentNotFound names the nearest."""
    where = f"{api.settings.base}/incidents"
    try:
        raw = value("incident")(api.get(f"incidents/{quote(incident_id.removeprefix('#'), safe='')}"))
    except HttpError as problem:
        if problem.status not in (400, 404):
            raise
        lately = Window(now - OPENED_BEFORE, now)
        known = (str(one.get("id")) for one in api.between("incidents", lately, **_SORTED) if isinstance(one, dict))
        raise not_found(incident_id, known, where) from None
    return next(streams.incidents(partial(made, api), [raw], where))


def recent(api: Api, since: datetime, now: datetime) -> Iterator[Incident]:
    """The incidents that are open, then those that were resolved since then."""
    where, make = f"{api.settings.base}/incidents", partial(made, api)
    chosen = {"service_ids[]": api.settings.service_ids, "team_ids[]": api.settings.team_ids, **_SORTED}
    still_open = api.whole("incidents", date_range="all", **{"statuses[]": _OPEN}, **chosen)
    yield from streams.incidents(make, _records(still_open), where)
    lately = Window(since - OPENED_BEFORE, now)
    over = api.between("incidents", lately, **{"statuses[]": "resolved"}, **chosen)
    for one in streams.incidents(make, _records(over), where):
        if one.resolved_at and one.resolved_at >= since:
            yield one


_SORTED = {"sort_by": "created_at:desc", "time_zone": "UTC"}


def _records(found: Iterator[Any]) -> Iterator[Any]:
    return (one for one in found if isinstance(one, dict))


def made(api: Api, raw: Any) -> Iterator[Incident]:
    priority = raw.get("priority") or {}
    word = str(priority.get("summary") or priority.get("name") or "")
    ended = raw.get("resolved_at") or (raw.get("last_status_change_at") if raw.get("status") == "resolved" else None)
    service = api.service(raw.get("service"))
    yield Incident(
        id=str(raw["id"]), title=str(raw["title"]), severity=severity(word), severity_raw=word,
        services=(service,) if service else (), opened_at=times.parse(raw["created_at"]),
        resolved_at=times.parse(ended) if ended else None, url=str(raw.get("html_url") or ""), source=api.settings.name,
    )  # fmt: skip
