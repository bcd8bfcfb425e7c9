"""The alert episodes of stored webhooks as incidents: Alertmanager has no others, and itself forgets what is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from connectors.alertmanager.alerts import Alerts, Key
from connectors.alertmanager.settings import AlertmanagerSettings
from connectors.alertmanager.webhooks import Webhook, matches, stored
from pipeline import desks
from pipeline.event import Event
from pipeline.incident import Incident, severity
from pipeline.streams import understood


def find(settings: AlertmanagerSettings, incident_id: str) -> Incident:
    """The episode with this id, or the newest of the alert with this fingerprint or name; else IncidentNotFound."""
    known: dict[str, None] = {}
    for name, one in _episodes(settings):
        if incident_id in (one.id, one.id.rpartition("-")[0], name):
            return one
        known.update({name: None, one.id: None})
    raise desks.not_found(incident_id, known, ", ".join(map(str, settings.webhooks)))


def recent(settings: AlertmanagerSettings, since: datetime) -> Iterator[Incident]:
    """The episodes that go on or ended since then, the newest first."""
    for _, one in _episodes(settings):
        if one.resolved_at is None or one.resolved_at >= since:
            yield one


def _episodes(settings: AlertmanagerSettings) -> list[tuple[str, Incident]]:
    """(name of the alert, episode) for each, the newest first."""
    found: dict[Key, tuple[str, Incident]] = {}
    for event in _events(settings):
        key = (event.native_id, event.episode)
        if event.moment == "fired":
            found[key] = (event.labels.get("alertname", ""), _incident(settings, event))
        elif key in found:
            found[key] = (found[key][0], replace(found[key][1], resolved_at=event.at))
    return sorted(found.values(), key=lambda one: str(one[1].opened_at), reverse=True)


def _events(settings: AlertmanagerSettings) -> Iterator[Event]:
    alerts = Alerts(settings)
    webhooks = (one for path in settings.webhooks for file in matches(path) for one in stored(file))
    for one in (one for one in webhooks if isinstance(one, Webhook)):
        for raw in one.alerts:
            yield from (made for made in understood(alerts.sent, raw, one.where) if isinstance(made, Event))


def _incident(settings: AlertmanagerSettings, fired: Event) -> Incident:
    word = fired.labels.get(settings.severity_label, "")
    return Incident(
        id=f"{fired.native_id}-{fired.at:%Y%m%dT%H%M%SZ}", title=fired.title, severity=severity(word),
        severity_raw=word, services=(fired.service,) if fired.service else (), opened_at=fired.at, url=fired.url,
        summary=fired.body, source=settings.name,
    )  # fmt: skip
