"""An alert of Alertmanager as events, whether it was sent to a webhook or is listed now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.alertmanager.settings import AlertmanagerSettings
from pipeline import times
from pipeline.alert_labels import fingerprint, level
from pipeline.event import Event, Moment

Key = tuple[str, datetime | None]


class Alerts:
    """Makes events of alerts, each moment once: a group is sent again and again while one of its alerts fires.

    `open` has the `fired` of every episode that is not known to be resolved; `listed` what Alertmanager lists now.
    """

    def __init__(self, settings: AlertmanagerSettings) -> None:
        self._settings = settings
        self._told: set[tuple[Key, Moment]] = set()
        self.open: dict[Key, Event] = {}
        self.listed: set[Key] = set()

    def sent(self, raw: Any) -> Iterator[Event]:
        """`fired`, and `resolved` where a webhook's alert says so; a firing one says that it ends in the year 1."""
        fired = self._fired(raw)
        ended = times.parse(raw["endsAt"]) if raw["status"] == "resolved" else None
        yield from self._once(fired)
        if ended:
            text = str(raw["endsAt"])
            yield from self._once(replace(fired, at=ended, at_text=text, moment="resolved", body=""))

    def current(self, raw: Any) -> Iterator[Event]:
        """`fired`; the end that an alert of now states is the time at which it will be given up."""
        fired = self._fired(raw)
        self.listed.add((fired.native_id, fired.episode))
        yield from self._once(fired)

    def _once(self, event: Event) -> Iterator[Event]:
        key = (event.native_id, event.episode)
        if (key, event.moment) in self._told or event.labels.get("alertname") in self._settings.ignore_alerts:
            return
        self._told.add((key, event.moment))
        if event.moment == "fired":
            self.open[key] = event
        else:
            del self.open[key]
        yield event

    def _fired(self, raw: Any) -> Event:
        settings, texts = self._settings, {name: str(text) for name, text in (raw.get("annotations") or {}).items()}
        labels = {str(name): str(value) for name, value in raw["labels"].items()}
        at = times.parse(raw["startsAt"])
        started = at.replace(microsecond=at.microsecond // 1000 * 1000)  # the list of now has no finer ones
        own = {name: value for name, value in labels.items() if name not in settings.external_labels}
        link = str(raw.get("generatorURL") or "")
        return Event(
            at=started, at_text=str(raw["startsAt"]), kind="alert", moment="fired",
            title=_title(labels, texts.get("summary", ""), settings), source=settings.name,
            native_id=str(raw.get("fingerprint") or "") or fingerprint(labels), fingerprint=fingerprint(own),
            episode=started, service=labels.get(settings.service_label) or labels.get("job", ""),
            severity=level(labels.get(settings.severity_label, "")), labels=labels,
            url=link if link.startswith(("https://", "http://")) else f"{settings.base}/#/alerts",
            body="\n".join(_body(raw, texts)),
        )  # fmt: skip


def _title(labels: Mapping[str, str], summary: str, settings: AlertmanagerSettings) -> str:
    name = labels.get("alertname", "alert")
    place = labels.get(settings.service_label) or labels.get("instance") or labels.get("job", "")
    return f"{name}: {summary}" if summary else f"{name} on {place}" if place else name


def _body(raw: Any, texts: Mapping[str, str]) -> Iterator[str]:
    yield from (texts[name] for name in ("description", "message") if texts.get(name))
    if texts.get("runbook_url"):
        yield f"Runbook: {texts['runbook_url']}"
    state = raw.get("status")
    if isinstance(state, dict):  # an alert of now
        if state.get("silencedBy"):
            yield "Silenced when the evidence was collected."
        if state.get("inhibitedBy"):
            yield "Inhibited by another alert when the evidence was collected."
