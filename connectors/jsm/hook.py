"""What the webhook integration posts when something is done about an alert.

https://support.atlassian.com/jira-service-management-cloud/docs/integrate-with-webhook/
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.jsm.records import alert_fired
from connectors.jsm.settings import JsmSettings
from pipeline import times
from pipeline.event import Event, Moment, Rejected
from pipeline.receiving import Received
from pipeline.streams import understood

_MOMENTS: dict[str, Moment] = {
    "Create": "fired", "Acknowledge": "acknowledged", "Close": "resolved", "Delete": "resolved",
}  # fmt: skip


def received(settings: JsmSettings, payload: Any) -> Iterator[Received]:
    """The alert, as it fired and what was done about it; nothing for actions that change no state."""
    if not isinstance(payload, dict) or not isinstance(payload.get("alert"), dict) or "action" not in payload:
        yield Rejected(where="delivery", why="is no webhook of JSM Operations: it has no `action` and `alert`.")
        return
    yield from understood(lambda payload: _told(settings, payload), payload, "delivery")


def _told(settings: JsmSettings, payload: Any) -> Iterator[Event]:
    raw, moment = payload["alert"], _MOMENTS.get(str(payload["action"]))
    if not moment:
        return
    started = times.rfc3339(times.from_epoch(float(raw["createdAt"])))
    fired = alert_fired(settings, {**raw, "id": raw["alertId"], "createdAt": started})
    if moment == "fired":
        yield fired
    else:
        at, who = times.from_epoch(float(raw["updatedAt"])), str(raw.get("username") or "")
        actor = f"login:{who}" if "@" in who else ""
        yield replace(fired, at=at, at_text="", moment=moment, body="", actor_role=actor)
