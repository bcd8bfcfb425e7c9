"""The connector to Jira Service Management Operations."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from connectors.jsm import hook, incidents, records
from connectors.jsm.api import Api
from connectors.jsm.settings import JsmSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Incident, Window
from pipeline.paging import ID
from pipeline.receiving import Received, Signature
from pipeline.streams import asked, each, understood


class JsmConnector:
    """Alerts with their logs and notes from one site of Jira Service Management Operations."""

    kind: ClassVar[str] = "jsm"
    alerts_are_incidents: ClassVar[bool] = True
    Settings: ClassVar[type[JsmSettings]] = JsmSettings
    needs: ClassVar[str] = "an API token of an account with access to operations, or an OAuth token (read:ops-alert)"
    limits: ClassVar[tuple[str, ...]] = (
        "20,000 alerts a search", "a request an alert for its log and for its notes", "rate limits"
    )  # fmt: skip
    signatures: ClassVar[tuple[Signature, ...]] = ()

    def __init__(self, settings: JsmSettings, http: Http) -> None:
        self.identity = f"jsm:{settings.base}/{settings.cloud_id}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The alerts of the window, those that began within `history` before it too, with their logs and notes."""
        yield from each(self._streams(window))

    def find_incident(self, incident_id: str) -> Incident:
        return incidents.find(self._api, incident_id, self._http.now())

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        return incidents.recent(self._api, since, self._http.now())

    def received(self, payload: Any) -> Iterator[Received]:
        """What a delivery of the webhook integration tells."""
        return hook.received(self._settings, payload)

    def check(self) -> Iterator[Check]:
        """The alerts; their logs and notes need the same right."""
        now = self._http.now()
        hour = Window(now - timedelta(hours=1), now)
        yield asked("alerts", lambda: next(self._api.alerts(hour), None), "read:ops-alert:jira-service-management")

    def _streams(self, window: Window) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        touched: list[Any] = []
        yield "the alerts", self._alerts(window, touched)
        wanted = (("logs", self._settings.logs, records.entry), ("notes", self._settings.notes, records.note))
        for raw in touched:
            for name, chosen, make in wanted:
                if chosen:
                    yield f"{name} of alert {raw.get('tinyId') or ID(raw)}", self._timeline(raw, name, make)

    def _alerts(self, window: Window, touched: list[Any]) -> Iterator[Event | Notice | Rejected]:
        """The alerts; fills `touched` with those that were not over when the window began."""
        before = Window(window.start - timedelta(hours=self._settings.history), window.end)
        for raw in self._api.alerts(before):
            made = list(understood(partial(records.alert, self._settings), raw, _where(raw)))
            yield from made
            if all(isinstance(one, Event) for one in made):
                over = records.ended(raw)
                if over is None or over >= window.start:
                    touched.append(raw)

    def _timeline(self, alert: Any, name: str, make: Any) -> Iterator[Event | Notice | Rejected]:
        for raw in self._api.timeline(str(ID(alert)), name):
            yield from understood(partial(make, self._settings, alert), raw, f"{name} of {_where(alert)}")


def _where(raw: Any) -> str:
    return f"alert {ID(raw)}"
