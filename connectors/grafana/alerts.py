"""Changes of state of alert rules as alert episodes, from the state history or from annotations.

A state is written as `Alerting` or, with its reason, as `Alerting (NoData)`
(https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/nodata-and-error-states/).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.grafana.settings import GrafanaSettings
from pipeline import times
from pipeline.alert_labels import level
from pipeline.desks import details, labels
from pipeline.event import Event

AROUND = timedelta(minutes=30)  # of a panel, before and after a change of state
_FIRING = ("Alerting", "Error", "NoData", "Recovering")
_TEXT = re.compile(r"(?P<rule>.*?) \{(?P<labels>[^{}]*)\} - (?P<values>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of state of one instance of a rule: `instance` is its identity."""

    at: datetime
    instance: str
    rule: str
    previous: str
    current: str
    uid: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    dashboard: str = ""
    panel: int = 0


def of_history(row: Any) -> Change:
    """A row of the state history: (Unix ms, entry), the entry as an object or as text."""
    at, line = row
    entry = json.loads(line) if isinstance(line, str) else line
    own = {str(name): str(text) for name, text in (entry.get("labels") or {}).items()}
    told = entry.get("error") or ", ".join(details(entry.get("values")))
    return Change(
        at=times.from_epoch(at), instance=f"{entry['ruleUID']} {entry.get('fingerprint') or sorted(own.items())}",
        rule=str(entry["ruleTitle"]), previous=str(entry["previous"]), current=str(entry["current"]),
        uid=str(entry["ruleUID"]), labels=own, told=str(told), dashboard=str(entry.get("dashboardUID") or ""),
        panel=int(entry.get("panelID") or 0),
    )  # fmt: skip


def of_annotation(raw: Any) -> Change:
    """An annotation that Grafana made of a change of state; its text has rule, labels and values."""
    text = str(raw.get("text") or "")
    found = _TEXT.fullmatch(text)
    rule, inside, told = (found["rule"], found["labels"], found["values"]) if found else (text, "", "")
    pairs = (part.partition("=") for part in inside.split(", ") if "=" in part)
    return Change(
        at=times.from_epoch(raw["time"]), instance=f"{raw['alertId']} {inside}",
        rule=str(raw.get("alertName") or rule or "Alert"), previous=str(raw["prevState"]), current=str(raw["newState"]),
        labels={name.strip(): text for name, _, text in pairs}, told=told,
        dashboard=str(raw.get("dashboardUID") or ""), panel=int(raw.get("panelId") or 0),
    )  # fmt: skip


class Episodes:
    """Makes episodes of changes that come in order of time."""

    def __init__(self, settings: GrafanaSettings) -> None:
        self._settings = settings
        self._pending: dict[str, datetime] = {}
        self._fired: dict[str, datetime] = {}

    def told(self, change: Change) -> Iterator[Event]:
        """`fired` or `resolved`, or nothing where the instance was and is firing, or neither was nor is."""
        was, now = change.previous.partition(" ")[0], change.current.partition(" ")[0]
        if now == "Pending":
            self._pending[change.instance] = change.at
        if change.rule in self._settings.ignore_alerts or (was in _FIRING) == (now in _FIRING):
            return
        if now in _FIRING:
            since = self._pending.pop(change.instance, None) if was == "Pending" else None
            self._fired[change.instance] = change.at
            yield replace(self._event(change), moment="fired", episode=change.at, active_since=since)
        else:
            event = replace(self._event(change), moment="resolved", body="")
            yield replace(event, episode=self._fired.pop(change.instance, None))

    def _event(self, change: Change) -> Event:
        settings, own = self._settings, change.labels
        link = f"{settings.base}/alerting/grafana/{quote(change.uid, safe='')}/view" if change.uid else ""
        if change.dashboard:
            link = settings.panel_link(change.dashboard, change.panel, change.at - AROUND, change.at + AROUND)
        place = own.get(settings.service_label) or settings.services.get(change.dashboard, "")
        return Event(
            at=change.at, precision_s=0.001, kind="alert", moment="fired", source=settings.name,
            title=f"{change.rule} on {place}" if place else change.rule, native_id=change.instance, service=place,
            severity=level(own.get(settings.severity_label, "")), url=link or f"{settings.base}/alerting/list",
            labels={"alertname": change.rule, **own, **labels(
                state=change.current, dashboard=change.dashboard, panel=change.panel or "",
            )},
            body=change.told,
        )  # fmt: skip
