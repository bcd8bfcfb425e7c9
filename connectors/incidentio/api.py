"""Asking incident.io's API (https://api-docs.incident.io)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from connectors.incidentio.settings import IncidentioSettings
from pipeline.http import Http
from pipeline.paging import by_cursor, value
from pipeline.streams import mended_by, objects

PAGE = 250
_FIXES = {
    401: "Check token: it is wrong, or was revoked.",
    403: "Give the API key the right to view data (role viewer); private incidents need their own.",
    404: "Check url.",
}


class Api:
    """One organisation. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: IncidentioSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)

    def get(self, path: str, **params: Any) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.settings.base}/{path}", params)

    def incidents(self, **chosen: Any) -> Iterator[Any]:
        """The incidents, the last first; `chosen` narrows them by whole days, such as `{"created_at[lte]": …}`."""
        return self._pages("v2/incidents", "incidents", **chosen)

    def incident(self, number: str) -> Any:
        """The incident with this id, or the number of its reference."""
        return value("incident")(self.get(f"v2/incidents/{quote(number, safe='')}"))

    def updates(self, incident: str) -> Iterator[Any]:
        return self._pages("v2/incident_updates", "incident_updates", incident_id=incident)

    def severities(self) -> list[str]:
        """The names of the organisation's severities."""
        found = objects(f"{self.settings.base}/v1/severities", "severities")(self.get("v1/severities"))
        return [str(one.get("name")) for one in found]

    def _pages(self, path: str, name: str, **params: Any) -> Iterator[Any]:
        """All records of a list. The cursor is the last record's id; it is there on the last page too."""
        following: str | None = None
        where, listed = f"{self.settings.base}/{path}", objects(f"{self.settings.base}/{path}", name)

        def ask(after: str | None) -> Any:
            nonlocal following
            answer = self.get(path, page_size=PAGE, **params, **({"after": after} if after else {}))
            cursor = value("pagination_meta", "after")(answer)
            following = str(cursor) if cursor and listed(answer) else None
            return answer

        return by_cursor(ask, items=listed, cursor_of=lambda _: following, where=where)
