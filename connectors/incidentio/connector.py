"""The incident.io connector."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from connectors.incidentio import hook, records
from connectors.incidentio.api import Api
from connectors.incidentio.settings import IncidentioSettings
from pipeline.connector import Check
from pipeline.desks import not_found
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http, HttpError
from pipeline.incident import Incident, Window, severity
from pipeline.paging import ID
from pipeline.receiving import STANDARD, Received, Signature
from pipeline.streams import asked, each, incidents, understood

_DAY = timedelta(days=1)


class IncidentioConnector:
    """Incidents and their updates from one organisation at incident.io."""

    kind: ClassVar[str] = "incidentio"
    Settings: ClassVar[type[IncidentioSettings]] = IncidentioSettings
    needs: ClassVar[str] = "an API key that may view data"
    limits: ClassVar[tuple[str, ...]] = (
        "250 records a page", "filters by whole days", "a request an incident for its updates",
        "1,200 requests a minute",
    )  # fmt: skip
    signatures: ClassVar[tuple[Signature, ...]] = (STANDARD,)

    def __init__(self, settings: IncidentioSettings, http: Http) -> None:
        self.identity = f"incidentio:{settings.base}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The incidents that were changed since the window began, and made before it ended, with their updates."""
        yield from each(self._streams(window))

    def find_incident(self, incident_id: str) -> Incident:
        """The incident with this reference (`INC-123`), number or id; IncidentNotFound names the nearest."""
        number = incident_id.rpartition("-")[2] if incident_id.upper().startswith("INC-") else incident_id
        where = f"{self._settings.base}/v2/incidents"
        try:
            raw = self._api.incident(number)
        except HttpError as problem:
            if problem.status not in (400, 404, 422):
                raise
            known = (str(one.get("reference")) for one in self._api.incidents() if isinstance(one, dict))
            raise not_found(incident_id, known, where) from None
        return next(incidents(partial(records.incident, self._settings), [raw], where))

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        """The incidents that were changed since then, but for those that turned out to be none."""
        found = self._api.incidents(**{"updated_at[gte]": _day(since)})
        mine = (one for one in found if isinstance(one, dict) and not _is_none(one))
        where = f"{self._settings.base}/v2/incidents"
        for one in incidents(partial(records.incident, self._settings), mine, where):
            if one.resolved_at is None or one.resolved_at >= since:
                yield one

    def received(self, payload: Any) -> Iterator[Received]:
        """What a delivery of incident.io tells."""
        return hook.received(self._settings, payload)

    def check(self) -> Iterator[Check]:
        """The incidents, and whether every severity is understood."""
        yield asked("incidents", lambda: next(self._api.incidents(), None))
        names: list[str] = []
        found = asked("severities", lambda: names.extend(self._api.severities()))
        unknown = [name for name in names if not severity(name)]
        detail = ", ".join(names) + (f"; map these in `severities`: {', '.join(unknown)}" if unknown else "")
        yield Check(found.name, True, detail or "none") if found.ok else found

    def _streams(self, window: Window) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        touched: list[Any] = []
        yield "the incidents", self._incidents(window, touched)
        for raw in touched if self._settings.updates else ():
            yield f"updates of {raw.get('reference') or ID(raw)}", self._updates(raw)

    def _incidents(self, window: Window, touched: list[Any]) -> Iterator[Event | Notice | Rejected]:
        """The incidents; fills `touched` with them."""
        span = {"updated_at[gte]": _day(window.start), "created_at[lte]": _day(window.end + _DAY)}
        for raw in self._api.incidents(**span):
            yield from understood(partial(records.events, self._settings), raw, f"incident {ID(raw)}")
            if isinstance(raw, dict) and ID(raw):
                touched.append(raw)

    def _updates(self, incident: Any) -> Iterator[Event | Notice | Rejected]:
        for raw in self._api.updates(str(ID(incident))):
            yield from understood(partial(records.update, self._settings, incident), raw, f"update {ID(raw)}")


def _is_none(raw: Any) -> bool:
    status = raw.get("incident_status")
    return isinstance(status, dict) and status.get("category") in records.NOT_ONE


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
