"""What PagerDuty posts to a webhook subscription (version 3): an incident, and what became of it.

https://developer.pagerduty.com/docs/webhooks-overview
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.pagerduty import entries, incidents
from connectors.pagerduty.api import Api
from pipeline import times
from pipeline.desks import headline, labels
from pipeline.event import Event, Moment, Rejected
from pipeline.incident import Incident
from pipeline.receiving import Received, Signature
from pipeline.streams import understood

# https://developer.pagerduty.com/docs/verifying-webhook-signatures
SIGNATURE = Signature("X-PagerDuty-Signature", prefix="v1=")
_MOMENTS: dict[str, Moment] = {
    "triggered": "fired", "reopened": "fired", "acknowledged": "acknowledged", "resolved": "resolved",
}  # fmt: skip


def received(api: Api, payload: Any) -> Iterator[Received]:
    """The incident, and its page where its state changed; nothing for what is not about an incident."""
    event = payload.get("event") if isinstance(payload, dict) else None
    if not isinstance(event, dict) or not isinstance(event.get("event_type"), str):
        yield Rejected(where="delivery", why="is no webhook of PagerDuty, version 3: it has no `event.event_type`.")
        return
    about, _, what = event["event_type"].partition(".")
    if about == "incident" and isinstance(event.get("data"), dict) and event["data"].get("type") == "incident":
        where = f"delivery {event.get('id')}"
        yield from understood(lambda event: _told(api, event, what), event, where)


def _told(api: Api, event: Any, what: str) -> Iterator[Event | Incident]:
    raw, at = event["data"], str(event["occurred_at"])
    if not api.settings.wants(raw.get("service")):
        return
    (found,) = incidents.made(api, raw)
    over = what == "resolved" or raw.get("status") == "resolved"
    yield replace(found, resolved_at=(found.resolved_at or times.parse(at)) if over else None)
    if moment := _MOMENTS.get(what):
        yield Event(
            at=times.parse(at), at_text=at, precision_s=1.0, kind="page", moment=moment,
            title=headline(found.title)[0], source=api.settings.name, native_id=found.id,
            episode=times.parse(at) if what == "reopened" else found.opened_at,
            service=found.services[0] if found.services else "", severity=entries.severity(raw), url=found.url,
            labels=labels(incident=raw.get("number"), urgency=raw.get("urgency"), type=what),
            actor_role=entries.actor(event),
        )  # fmt: skip
