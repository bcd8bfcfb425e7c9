"""An alert of JSM Operations as an incident: there, an alert is what a team is called for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from connectors.jsm import records
from connectors.jsm.api import Api
from pipeline import desks, streams, times
from pipeline.event import Event
from pipeline.http import HttpError
from pipeline.incident import Incident, Window, severity
from pipeline.paging import ID

LATELY = timedelta(days=30)  # of which the nearest ids are named


def find(api: Api, incident_id: str, now: datetime) -> Incident:
    """The alert with this id, number (`4821`, `#4821`) or alias, the newest; IncidentNotFound names the nearest.

    Numbers are given again, and an alias is that of one open alert at a time.
    """
    number = incident_id.removeprefix("#")
    found = api.named(tinyId=number) if number.isascii() and number.isdigit() else _by_id(api, incident_id)
    for one in streams.incidents(partial(made, api), found or api.named(alias=incident_id), api.root):
        return one
    lately = api.alerts(Window(now - LATELY, now))
    known = (str(ID(one)) for one in islice(lately, desks.NEAR) if isinstance(one, dict))
    raise desks.not_found(incident_id, known, f"{api.root}/alerts")


def recent(api: Api, since: datetime, now: datetime) -> Iterator[Incident]:
    """The alerts that are open, or were closed since then; those that began within `history` before it too."""
    before = Window(since - timedelta(hours=api.settings.history), now)
    for one in streams.incidents(partial(made, api), _records(api.alerts(before)), api.root):
        if one.resolved_at is None or one.resolved_at >= since:
            yield one


def made(api: Api, raw: Any) -> Iterator[Incident]:
    """The incident; of a closed alert that does not say when, its log does."""
    fired, word = records.alert_fired(api.settings, raw), str(raw.get("priority") or "")
    ended = records.ended(raw)
    if ended is None and raw.get("status") == "closed":
        ended = _closed_by_log(api, raw)
    yield Incident(
        id=str(raw["id"]), title=fired.title, severity=severity(word), severity_raw=word,
        services=(fired.service,) if fired.service else (), opened_at=times.parse(raw["createdAt"]), resolved_at=ended,
        summary=str(raw.get("description") or ""), source=api.settings.name,
    )  # fmt: skip


def _by_id(api: Api, incident_id: str) -> list[Any]:
    try:
        return [api.alert(incident_id)]
    except HttpError as problem:
        if problem.status not in (400, 404, 422):
            raise
        return []


def _closed_by_log(api: Api, raw: Any) -> datetime | None:
    read = partial(records.entry, api.settings, raw)
    told = (one for line in api.timeline(str(raw["id"]), "logs") for one in streams.understood(read, line, "log"))
    return max((one.at for one in told if isinstance(one, Event) and one.moment == "resolved"), default=None)


def _records(found: Iterator[Any]) -> Iterator[Any]:
    return (one for one in found if isinstance(one, dict))
