"""What incident.io posts to an endpoint: an incident as it is now.

https://docs.incident.io/integrations/webhooks
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.incidentio import records
from connectors.incidentio.settings import IncidentioSettings
from pipeline import times
from pipeline.event import Event, Rejected
from pipeline.incident import Incident
from pipeline.receiving import Received, Withdrawn
from pipeline.streams import understood

_OVER = ("learning", "closed")  # categories of status in which nothing is on fire any more


def received(settings: IncidentioSettings, payload: Any) -> Iterator[Received]:
    """The incident and its events; nothing for what is not about one, and for private ones, which come without it."""
    kind = payload.get("event_type") if isinstance(payload, dict) else None
    if not isinstance(kind, str):
        yield Rejected(where="delivery", why="is no webhook of incident.io: it has no `event_type`.")
        return
    found = payload.get(kind)
    raw = found.get("incident", found) if isinstance(found, dict) else None
    if isinstance(raw, dict) and {"id", "name", "created_at"} <= raw.keys():
        yield from understood(lambda raw: _told(settings, raw), raw, f"delivery {kind}")


def _told(settings: IncidentioSettings, raw: Any) -> Iterator[Event | Incident | Withdrawn]:
    (incident,) = records.incident(settings, raw)
    category = str((raw.get("incident_status") or {}).get("category") or "")
    if category in records.NOT_ONE:
        yield Withdrawn(incident.id)
        return
    changed = raw.get("updated_at")
    if category in _OVER and not incident.resolved_at and changed:
        incident = replace(incident, resolved_at=times.parse(changed))
    yield incident
    yield from records.events(settings, raw)
