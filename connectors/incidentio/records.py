"""An incident and its updates, as an incident and as events."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.incidentio.settings import IncidentioSettings
from pipeline import times
from pipeline.alert_labels import level
from pipeline.desks import headline, labels, login
from pipeline.event import Event
from pipeline.incident import Incident, severity

NOT_ONE = ("declined", "merged", "canceled")  # categories of what turned out to be no incident of its own


def incident(settings: IncidentioSettings, raw: Any) -> Iterator[Incident]:
    """The incident, by its reference (INC-123)."""
    stamped, word = _stamps(raw), str((raw.get("severity") or {}).get("name") or "")
    yield Incident(
        id=str(raw.get("reference") or raw["id"]), title=str(raw["name"]), severity=severity(word), severity_raw=word,
        services=_services(settings, raw), opened_at=_first(stamped, settings.opened) or times.parse(raw["created_at"]),
        resolved_at=_first(stamped, settings.resolved), url=str(raw.get("permalink") or ""),
        summary=str(raw.get("summary") or ""), source=settings.name,
    )  # fmt: skip


def events(settings: IncidentioSettings, raw: Any) -> Iterator[Event]:
    """When it was declared and resolved, as a page, and its other timestamps."""
    stamped, opened = _stamps(raw), times.parse(raw["created_at"])
    ended, services = _first(stamped, settings.resolved), _services(settings, raw)
    declared = Event(
        at=opened, at_text=str(raw["created_at"]), kind="page", moment="fired", title=headline(str(raw["name"]))[0],
        source=settings.name, native_id=str(raw["id"]), episode=opened, service=services[0] if services else "",
        severity=level(str((raw.get("severity") or {}).get("name") or "")), url=str(raw.get("permalink") or ""),
        labels=labels(
            incident=raw.get("reference"), services=", ".join(services) if len(services) > 1 else "",
            category=(raw.get("incident_status") or {}).get("category"),
        ),
        body=str(raw.get("summary") or ""), actor_role=_actor(raw.get("creator")),
    )  # fmt: skip
    if str(raw.get("mode")) != "retrospective":  # written down afterwards: nobody was paged when it was declared
        yield declared
        if ended:
            yield replace(declared, at=ended, at_text="", moment="resolved", body="", actor_role="")
    for name, at in stamped.items() if settings.timestamps else ():
        yield replace(
            declared, at=at, at_text="", kind="message", moment="posted", title=f"{name}: {declared.title}", body="",
            native_id=f"{raw['id']} {name}", episode=None, actor_role="",
        )  # fmt: skip


def update(settings: IncidentioSettings, of: Any, raw: Any) -> Iterator[Event]:
    """What somebody told of an incident, and what it changed; nothing where it says neither."""
    state, rank = (str((raw.get(key) or {}).get("name") or "") for key in ("new_incident_status", "new_severity"))
    said, about = str(raw.get("message") or "").strip(), str(of["name"])
    title, body = headline(": ".join(filter(None, (state, said or (about if state or rank else "")))))
    if not title:
        return
    services = _services(settings, of)
    changed = [f"Severity: {rank}"] if rank else []
    yield Event(
        at=times.parse(raw["created_at"]), at_text=str(raw["created_at"]), kind="message", moment="posted", title=title,
        source=settings.name, native_id=f"update {raw['id']}", service=services[0] if services else "",
        severity=level(rank), url=str(of.get("permalink") or ""), actor_role=_actor(raw.get("updater")),
        labels=labels(incident=of.get("reference"), state=state),
        body="\n".join((*([f"Incident: {about}"] if said else []), *changed, *([body] if body else []))),
    )  # fmt: skip


def _stamps(raw: Any) -> Mapping[str, datetime]:
    """The timestamps that are set, by name, in order."""
    found = {}
    for one in raw.get("incident_timestamp_values") or ():
        if at := (one.get("value") or {}).get("value"):
            found[str(one["incident_timestamp"]["name"])] = times.parse(at)
    return found


def _first(stamped: Mapping[str, datetime], names: tuple[str, ...]) -> datetime | None:
    known = {name.casefold(): at for name, at in stamped.items()}
    return next((known[name.casefold()] for name in names if name.casefold() in known), None)


def _services(settings: IncidentioSettings, raw: Any) -> tuple[str, ...]:
    """What the custom fields for services say, in your words."""
    wanted = {name.casefold() for name in settings.service_fields}
    found = []
    for entry in raw.get("custom_field_entries") or ():
        if str(entry["custom_field"]["name"]).casefold() in wanted:
            found += [_told(one) for one in entry.get("values") or ()]
    return tuple(dict.fromkeys(settings.service(name) for name in found if name))


def _told(one: Any) -> str:
    chosen = (one.get("value_catalog_entry") or {}).get("name") or (one.get("value_option") or {}).get("value")
    return str(chosen or one.get("value_text") or "")


def _actor(found: Any) -> str:
    """Whoever did it, where that is a person."""
    return login((found or {}).get("user"))
