"""The PagerDuty connector."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from connectors.pagerduty import entries, hook, incidents
from connectors.pagerduty.api import Api
from connectors.pagerduty.settings import PagerdutySettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Incident, Window
from pipeline.paging import ID, value
from pipeline.receiving import Received, Signature
from pipeline.streams import asked, each, understood


class PagerdutyConnector:
    """Incidents with their log, alerts and notes, and change events of one PagerDuty account."""

    kind: ClassVar[str] = "pagerduty"
    Settings: ClassVar[type[PagerdutySettings]] = PagerdutySettings
    needs: ClassVar[str] = "a read-only REST API key"
    limits: ClassVar[tuple[str, ...]] = (
        "6 months a list", "10,000 records a list", "a request an incident for alerts and for notes",
        "960 requests a minute",
    )  # fmt: skip
    signatures: ClassVar[tuple[Signature, ...]] = (hook.SIGNATURE,)

    def __init__(self, settings: PagerdutySettings, http: Http) -> None:
        self.identity = f"pagerduty:{settings.base}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The log entries of the window, the alerts and notes of the incidents that they name, and the changes."""
        yield from each(self._streams(window))

    def find_incident(self, incident_id: str) -> Incident:
        return incidents.find(self._api, incident_id, self._http.now())

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        return incidents.recent(self._api, since, self._http.now())

    def received(self, payload: Any) -> Iterator[Received]:
        """What a delivery of PagerDuty tells."""
        return hook.received(self._api, payload)

    def check(self) -> Iterator[Check]:
        """Each list that is read."""
        now = self._http.now()
        hour = Window(now - timedelta(hours=1), now)
        for name, path, wanted in (
            ("log entries", "log_entries", True), ("incidents", "incidents", True),
            ("change events", "change_events", self._settings.changes),
        ):  # fmt: skip
            if wanted:
                yield asked(name, partial(self._first, path, hour))

    def _first(self, path: str, window: Window) -> Any:
        return next(self._api.between(path, window), None)

    def _streams(self, window: Window) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        touched: dict[str, str] = {}
        yield "log entries", self._log(window, touched)
        for incident, service in touched.items():
            path = f"incidents/{quote(incident, safe='')}/alerts"
            if self._settings.alerts:
                yield f"alerts of {incident}", self._made("alert", self._api.whole(path), entries.alert)
            if self._settings.notes:
                yield f"notes of {incident}", self._notes(incident, service)
        if self._settings.changes:
            for path in [f"services/{one}/change_events" for one in self._settings.service_ids] or ["change_events"]:
                found = self._api.between(path, window, **self._teams())
                yield path.replace("_", " "), self._made("change event", found, entries.change)

    def _log(self, window: Window, touched: dict[str, str]) -> Iterator[Event | Notice | Rejected]:
        """The log entries; fills `touched` with the incidents that they name, and the service of each."""
        asking = {"is_overview": "false", "include[]": ["incidents", "services"], "time_zone": "UTC", **self._teams()}
        for raw in self._api.between("log_entries", window, **asking):
            yield from understood(partial(entries.entry, self._api), raw, f"log entry {ID(raw)}")
            number, service = value("incident", "id")(raw), value("service")(raw) or value("incident", "service")(raw)
            if number and self._settings.wants(service):
                touched.setdefault(str(number), self._api.service(service))

    def _notes(self, incident: str, service: str) -> Iterator[Event | Notice | Rejected]:
        yield from self._made("note", iter(self._api.notes(incident)), partial(_note, incident, service))

    def _made(self, what: str, found: Iterator[Any], make: Any) -> Iterator[Event | Notice | Rejected]:
        for raw in found:
            yield from understood(partial(make, self._api), raw, f"{what} {ID(raw)}")

    def _teams(self) -> dict[str, Any]:
        return {"team_ids[]": self._settings.team_ids} if self._settings.team_ids else {}


def _note(incident: str, service: str, api: Api, raw: Any) -> Iterator[Event]:
    return entries.note(api, incident, service, raw)
