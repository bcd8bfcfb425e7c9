"""Log entries, alerts, notes and change events as events.

What happens to an incident is told of by its log entries. The texts of the entries name people, so titles are made from
their types.
"""

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from connectors.pagerduty.api import Api
from pipeline import times
from pipeline.alert_labels import level
from pipeline.desks import chosen, details, headline, labels, login
from pipeline.event import Event, Moment

_SUFFIX = "_log_entry"
_STATES: dict[str, Moment] = {"trigger": "fired", "acknowledge": "acknowledged", "resolve": "resolved"}
_WORDS = {
    "unacknowledge": "No longer acknowledged", "escalate": "Escalated", "snooze": "Snoozed",
    "exhaust_escalation_path": "Nobody left to escalate to", "repeat_escalation_path": "Escalation begun again",
    "reach_ack_limit": "Limit of acknowledgements reached", "reach_trigger_limit": "Limit of triggers reached",
    "delegate": "Handed over", "assign": "Assigned", "notify": "Notified", "urgency_change": "Urgency changed",
    "annotate": "Note",
}  # fmt: skip
_ALIASES = ("alertname", "alert_name", "monitor", "service", "app", "component", "environment")
_VERSIONS = ("sha", "commit", "version", "image_tag", "environment")


def kind_of(raw: Any) -> str:
    """The type of a log entry: `trigger`, `acknowledge`, …"""
    return str(raw["type"]).removesuffix("_reference").removesuffix(_SUFFIX)


def entry(api: Api, raw: Any) -> Iterator[Event]:
    """A log entry: of the incident's state as a page, of anything else as an action; nothing where it is not read."""
    settings, kind, incident = api.settings, kind_of(raw), raw["incident"]
    service = raw.get("service") or incident.get("service")
    noted = kind == "annotate" and settings.notes  # told as a note already
    if noted or not settings.wants(service) or not any(fnmatchcase(kind, glob) for glob in settings.entries):
        return
    at, name = times.parse(raw["created_at"]), str(incident["id"])
    opened = times.parse(incident["created_at"]) if incident.get("created_at") else None
    about, state = headline(str(incident.get("title") or incident.get("summary") or name))[0], _STATES.get(kind)
    event = Event(
        at=at, at_text=str(raw["created_at"]), precision_s=1.0, kind="page", moment=state or "changed", title=about,
        source=settings.name, native_id=name, episode=opened, service=api.service(service),
        severity=severity(incident), url=str(raw.get("html_url") or incident.get("html_url") or ""),
        labels=labels(incident=incident.get("incident_number"), urgency=incident.get("urgency"), type=kind),
        body="\n".join(_told(raw, about)), actor_role=actor(raw),
    )  # fmt: skip
    first = (incident.get("first_trigger_log_entry") or {}).get("id", raw["id"])
    if state is None:
        words = _WORDS.get(kind, kind.replace("_", " ").capitalize())
        event = replace(event, kind="action", title=f"{words}: {about}", native_id=f"entry {raw['id']}", episode=None)
    elif state == "fired" and raw["id"] != first:  # another alert of the same incident, or the same one again
        event = replace(event, native_id=f"{name} {raw['id']}", episode=at)
    yield event


def alert(api: Api, raw: Any) -> Iterator[Event]:
    """An alert of an incident: when it fired, and when it was resolved where that is told."""
    settings = api.settings
    at, told = times.parse(raw["created_at"]), (raw.get("body") or {}).get("details")
    fired = Event(
        at=at, at_text=str(raw["created_at"]), precision_s=1.0, kind="alert", moment="fired",
        title=headline(str(raw.get("summary") or "Alert"))[0], source=settings.name, native_id=f"alert {raw['id']}",
        episode=at, service=api.service(raw.get("service")), severity=level(str(raw.get("severity") or "")),
        labels=labels(
            **chosen(told, _ALIASES), alert_key=raw.get("alert_key"),
            incident=(raw.get("incident") or {}).get("id"), suppressed="true" if raw.get("suppressed") else "",
        ),
        url=str(raw.get("html_url") or ""), body="\n".join(details(told)),
    )  # fmt: skip
    yield fired
    if ended := raw.get("resolved_at"):
        yield replace(fired, at=times.parse(ended), at_text=str(ended), moment="resolved", body="")


def note(api: Api, incident: str, service: str, raw: Any) -> Iterator[Event]:
    """A note that somebody, or a rule, wrote on an incident."""
    title, body = headline(str(raw["content"]))
    if title:
        yield Event(
            at=times.parse(raw["created_at"]), at_text=str(raw["created_at"]), precision_s=1.0, kind="message",
            moment="posted", title=title, source=api.settings.name, native_id=f"note {raw['id']}", service=service,
            labels=labels(incident=incident), body=body, actor_role=actor({"agent": raw.get("user")}),
        )  # fmt: skip


def change(api: Api, raw: Any) -> Iterator[Event]:
    """A change event; a deploy, or the undoing of one, where its summary says so."""
    settings, services = api.settings, raw.get("services") or ()
    if services and not any(map(settings.wants, services)):
        return
    title, body = headline(str(raw["summary"]))
    undone, deployed = (
        any(fnmatchcase(title.casefold(), glob.casefold()) for glob in globs)
        for globs in (settings.rollbacks, settings.deploys)
    )
    told, links = raw.get("custom_details"), raw.get("links") or ()
    names = [api.service(one) for one in services]
    yield Event(
        at=times.parse(raw["timestamp"]), at_text=str(raw["timestamp"]), precision_s=1.0,
        kind="deploy" if undone or deployed else "change",
        moment="rolled back" if undone else "deployed" if deployed else "changed", title=title, source=settings.name,
        native_id=f"change {raw['id']}", service=names[0] if names else "",
        labels=labels(
            **chosen(told, _VERSIONS), origin=raw.get("source"),
            services=", ".join(names) if len(names) > 1 else "",
        ),
        url=next((str(one["href"]) for one in links if one.get("href")), ""),
        body="\n".join((*([body] if body else []), *details(told))),
    )  # fmt: skip


def _told(raw: Any, about: str) -> Iterator[str]:
    """What an entry says besides its incident's title."""
    said = str((raw.get("event_details") or {}).get("description") or "")
    if said and said != about:
        yield headline(said)[0]
    yield from (str(one) for one in raw.get("changeset") or ())
    if raw.get("note"):
        yield str(raw["note"])


def severity(incident: Any) -> str:
    priority = incident.get("priority") or {}
    word = level(str(priority.get("summary") or priority.get("name") or ""))
    return word or {"high": "error", "low": "warning"}.get(str(incident.get("urgency")), "")


def actor(raw: Any) -> str:
    """Who did it, where that is a person: PagerDuty gives the name."""
    agent = raw.get("agent") or {}
    return login(agent) if str(agent.get("type")) in ("user", "user_reference") else ""
