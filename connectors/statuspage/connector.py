"""The Statuspage connector."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote

from connectors.statuspage import posts
from connectors.statuspage.api import Api
from connectors.statuspage.settings import StatuspageSettings
from pipeline.connector import Check
from pipeline.desks import not_found
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http, HttpError
from pipeline.incident import Incident, Window
from pipeline.paging import ID
from pipeline.streams import asked, each, incidents, understood


class StatuspageConnector:
    """Incidents, posts and maintenance of one status page, as the page shows them or from the API."""

    kind: ClassVar[str] = "statuspage"
    Settings: ClassVar[type[StatuspageSettings]] = StatuspageSettings
    needs: ClassVar[str] = "nothing for a public page; for more than its last 50 incidents an API key"
    limits: ClassVar[tuple[str, ...]] = ("50 incidents on the page itself", "no time filter", "one request a second")

    def __init__(self, settings: StatuspageSettings, http: Http) -> None:
        self.identity = f"statuspage:{settings.base}" + (f":{settings.page_id}" if settings.page_id else "")
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The posts on incidents that began within the window or `history` before it, and maintenance."""
        yield from each(self._streams(window.start - timedelta(days=self._settings.history)))

    def find_incident(self, incident_id: str) -> Incident:
        """The incident with this id, or the one that its short address ends with."""
        for one in incidents(self._incident, self._asked_for(incident_id), self._api.root):
            if incident_id in (one.id, one.url.rpartition("/")[2]):
                return one
        known = incidents(self._incident, self._records(None), self._api.root)
        raise not_found(incident_id, (one.id for one in known), self._api.root)

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        """Those that are open or ended since then, of those that began within `history` before."""
        begun = since - timedelta(days=self._settings.history)
        for one in incidents(self._incident, self._records(begun), self._api.root):
            if one.resolved_at is None or one.resolved_at >= since:
                yield one

    def check(self) -> Iterator[Check]:
        """The list of incidents."""
        yield asked("incidents", lambda: next(self._api.incidents(), None))

    def _streams(self, since: datetime) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        yield "the incidents", self._told(self._api.incidents(since))
        if self._settings.maintenance and not self._settings.page_id:
            yield "the maintenance", self._told(self._api.maintenance(since))

    def _told(self, found: Iterator[Any]) -> Iterator[Event | Notice | Rejected]:
        for raw in found:
            yield from understood(partial(posts.posts, self._settings), raw, f"incident {ID(raw)}")

    def _incident(self, raw: Any) -> Iterator[Incident]:
        return posts.incident(self._settings, raw)

    def _asked_for(self, incident_id: str) -> Iterator[Any]:
        """The one incident where the API gives it; else all, to look among them."""
        if self._settings.page_id:
            try:
                yield self._api.get(f"incidents/{quote(incident_id, safe='')}")
            except HttpError as problem:
                if problem.status != 404:
                    raise
        else:
            yield from self._records(None)

    def _records(self, since: datetime | None) -> Iterator[Any]:
        return (one for one in self._api.incidents(since) if not isinstance(one, Notice))
