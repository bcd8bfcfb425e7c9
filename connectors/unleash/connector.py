"""The Unleash connector."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from connectors.unleash.changes import change
from connectors.unleash.settings import UnleashSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.flags import bare_token
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_offset, value
from pipeline.streams import asked, mended_by, objects, understood

PAGE = 500  # more than 1,000 would be taken for 50
_DAY = timedelta(days=1)
_FIXES = {
    401: "Check token: a personal access token, or an admin token; a client or frontend token is refused.",
    403: "Give the token's account the role Viewer or more.",
    404: "Check url, and that the server is Unleash 6 or newer.",
}


class UnleashConnector:
    """Changes of feature flags of one Unleash."""

    kind: ClassVar[str] = "unleash"
    Settings: ClassVar[type[UnleashSettings]] = UnleashSettings
    needs: ClassVar[str] = "a personal access token, or an admin token"
    limits: ClassVar[tuple[str, ...]] = ("whole days only", "1,000 events a page")

    def __init__(self, settings: UnleashSettings, http: Http) -> None:
        self.identity = f"unleash:{settings.base}"
        self._settings, self._http = settings, http
        self._where = f"{settings.base}/api/admin/search/events"
        self._session = http.session(settings)
        if settings.token:
            bare_token(self._session, settings.token.get_secret_value())

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The changes of the days around the window: the server knows whole days only, of its own time zone."""
        seen: set[str] = set()
        total = 0

        def ask(days: Window, offset: int) -> Any:
            nonlocal total
            answer = self._get(days, offset, PAGE)
            told = value("total")(answer)
            total = max(total, told) if isinstance(told, int) else total
            return answer

        days = Window(window.start - _DAY, window.end + _DAY)
        for raw in by_offset(ask, days, items=objects(self._where, "events"), size=PAGE, where=self._where):
            number = str(value("id")(raw))
            if not isinstance(raw, Notice) and number in seen:  # shifted by one that was made meanwhile
                continue
            seen.add(number)
            yield from understood(lambda raw: change(self._settings, raw), raw, f"event {number}")
        if len(seen) < total:  # it answers a fault of its database with an empty page
            yield Notice(kind="missing", detail=f"Unleash has {total} events and gave {len(seen)} of them.", gap=True)

    def check(self) -> Iterator[Check]:
        """The event log."""
        now = self._http.now()
        yield asked("event log", lambda: self._get(Window(now - _DAY, now), 0, 1))

    def _get(self, days: Window, offset: int, limit: int) -> Any:
        span = {"from": f"IS:{days.start:%Y-%m-%d}", "to": f"IS:{days.end:%Y-%m-%d}"}
        with mended_by(_FIXES):
            return self._http.get(self._session, self._where, {**span, "offset": offset, "limit": limit})
