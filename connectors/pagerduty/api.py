"""Asking PagerDuty's REST API (https://developer.pagerduty.com/api-reference)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from connectors.pagerduty.settings import PagerdutySettings
from pipeline.flags import bare_token
from pipeline.http import Http, HttpError
from pipeline.incident import Window
from pipeline.paging import ID, by_cursor, by_offset, value
from pipeline.streams import mended_by, objects

PAGE = 100
CAP = 10_000  # offset + limit; more is refused with 400
LONGEST = timedelta(days=180)  # a list covers 6 months at most
_FIXES = {
    401: "Check token: a REST API key, not an integration key; with `oauth: true` an OAuth access token.",
    403: "Give the token the right to read (OAuth: incidents.read, services.read, change_events.read).",
    404: "Check url, service_ids and team_ids.",
}


class Api:
    """One account. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: PagerdutySettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)
        self._session.headers["Accept"] = "application/vnd.pagerduty+json;version=2"
        if settings.token and not settings.oauth:
            bare_token(self._session, f"Token token={settings.token.get_secret_value()}")
        self._names: dict[str, str] = {}

    def get(self, path: str, **params: Any) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.settings.base}/{path}", params)

    def between(self, path: str, window: Window, **params: Any) -> Iterator[Any]:
        """All records of a list within the window, each once; a Notice where some cannot be had.

        The borders are asked for as whole seconds in UTC: others are refused, or read in the account's own zone.
        """
        where, name = f"{self.settings.base}/{path}", path.rpartition("/")[2]

        def ask(part: Window, offset: int) -> Any:
            span = {"since": _second(part.start), "until": _second(part.end)}
            return self.get(path, **span, limit=PAGE, offset=offset, **params)

        known: set[Any] = set()  # of the part before: both parts have what stands at their border
        for part in _parts(window):
            found = set()
            pages = by_offset(
                ask, part, items=objects(where, name), size=PAGE, cap=CAP, more=value("more"), key=_id, where=where
            )
            for one in pages:
                if _id(one) is None or _id(one) not in known:
                    found.add(_id(one))
                    yield one
            known = found

    def whole(self, path: str, **params: Any) -> Iterator[Any]:
        """All records of a list that has no time filter."""
        where, name = f"{self.settings.base}/{path}", path.rpartition("/")[2]
        following: int | None = None

        def ask(offset: int | None) -> Any:
            nonlocal following
            answer = self.get(path, limit=PAGE, offset=offset or 0, **params)
            following = (offset or 0) + PAGE if value("more")(answer) else None
            return answer

        yield from by_cursor(ask, items=objects(where, name), cursor_of=lambda _: following, where=where)

    def notes(self, incident: str) -> list[Any]:
        """The notes of an incident: a list without pages."""
        path = f"incidents/{quote(incident, safe='')}/notes"
        return objects(f"{self.settings.base}/{path}", "notes")(self.get(path))

    def service(self, reference: Any) -> str:
        """The name of the service that a reference means, asked for where it does not say; its id where it cannot."""
        if not isinstance(reference, dict) or not reference.get("id"):
            return ""
        number, name = str(reference["id"]), str(reference.get("summary") or reference.get("name") or "")
        if not name and number not in self._names:
            try:
                name = str(value("service", "name")(self.get(f"services/{quote(number, safe='')}")) or "")
            except HttpError as problem:
                if problem.status not in (403, 404):
                    raise
        self._names.setdefault(number, name or number)
        return self.settings.service(number, name or self._names[number])


def _id(record: Any) -> str | None:
    found = ID(record)
    return str(found) if found else None


def _parts(window: Window) -> Iterator[Window]:
    start = window.start
    while True:
        end = min(start + LONGEST, window.end)
        yield Window(start, end)
        if end >= window.end:
            return
        start = end


def _second(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
