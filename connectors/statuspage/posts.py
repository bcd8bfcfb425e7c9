"""What a status page says: posts on incidents, and maintenance that was scheduled."""

from collections.abc import Iterator
from typing import Any

from connectors.statuspage.settings import StatuspageSettings
from pipeline import times
from pipeline.desks import headline, labels
from pipeline.event import Event
from pipeline.incident import Incident, severity

_LEVELS = {"critical": "critical", "major": "error", "minor": "warning", "maintenance": "info", "none": "info"}


def is_maintenance(raw: Any) -> bool:
    return bool(raw.get("scheduled_for")) or str(raw.get("impact")) == "maintenance"


def posts(settings: StatuspageSettings, raw: Any) -> Iterator[Event]:
    """A post for each update, and the span of maintenance."""
    components = _components(raw)
    if not settings.wants(components) or (is_maintenance(raw) and not settings.maintenance):
        return
    services = list(dict.fromkeys(map(settings.service, components)))
    shared: dict[str, Any] = {
        "source": settings.name, "service": services[0] if services else "",
        "severity": _LEVELS.get(str(raw.get("impact")), ""), "url": str(raw.get("shortlink") or ""),
    }  # fmt: skip
    about = labels(incident=raw["id"], services=", ".join(services) if len(services) > 1 else "")
    if raw.get("scheduled_for"):
        start, end = times.parse(raw["scheduled_for"]), raw.get("scheduled_until")
        yield Event(
            at=start, at_text=str(raw["scheduled_for"]), end=times.parse(end) if end else None, kind="change",
            moment="changed", title=headline(f"Maintenance: {raw['name']}")[0], labels=about,
            native_id=f"maintenance {raw['id']}", **shared,
        )  # fmt: skip
    for update in raw.get("incident_updates") or ():
        yield _post(raw, update, shared, about)


def _post(raw: Any, update: Any, shared: dict[str, Any], about: Any) -> Event:
    """At the time that the page states, which may be earlier than when it was written."""
    at, state = str(update.get("display_at") or update["created_at"]), str(update.get("status") or "")
    word, said = state.replace("_", " ").capitalize(), str(update.get("body") or "").strip()
    name = str(raw["name"])
    title, rest = headline(": ".join(filter(None, (word, said or name))))
    changed = [
        f"{one.get('name')}: {one.get('old_status')} → {one.get('new_status')}"
        for one in update.get("affected_components") or () if one.get("old_status") != one.get("new_status")
    ]  # fmt: skip
    body = [f"Incident: {name}"] if said else []
    return Event(
        at=times.parse(at), at_text=at, precision_s=0.001, kind="status",
        moment="resolved" if state == "resolved" else "posted", title=title,
        native_id=f"post {update['id']}", labels={**about, **labels(state=state)},
        body="\n".join((*body, *changed, *([rest] if rest else []))), **shared,
    )  # fmt: skip


def incident(settings: StatuspageSettings, raw: Any) -> Iterator[Incident]:
    """The incident, or nothing where it is maintenance."""
    if is_maintenance(raw):
        return
    word, ended = str(raw.get("impact") or ""), raw.get("resolved_at")
    word = "" if word == "none" else word
    updates = raw.get("incident_updates") or [{}]
    yield Incident(
        id=str(raw["id"]), title=str(raw["name"]), severity=severity(word), severity_raw=word,
        services=tuple(dict.fromkeys(map(settings.service, _components(raw)))),
        opened_at=times.parse(raw.get("started_at") or raw["created_at"]),
        resolved_at=times.parse(ended) if ended else None, url=str(raw.get("shortlink") or ""),
        summary=str(updates[0].get("body") or ""), source=settings.name,
    )  # fmt: skip


def _components(raw: Any) -> list[str]:
    """The names of the affected components; without them, those that its posts name."""
    named = [str(one["name"]) for one in raw.get("components") or () if one.get("name")]
    told = (one for update in raw.get("incident_updates") or () for one in update.get("affected_components") or ())
    return named or list(dict.fromkeys(str(one["name"]) for one in told if one.get("name")))
