"""The LaunchDarkly connector."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from connectors.launchdarkly.changes import change
from connectors.launchdarkly.settings import LaunchdarklySettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.flags import bare_token
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import asked, mended_by, objects, understood
from pipeline.times import from_epoch, rfc3339

LIMIT = 20  # entries that one answer holds at most
_ID = value("_id")
_FIXES = {
    401: "Check token: it is wrong, or has expired.",
    403: "Give the token the role Reader, or a custom role that may see the audit log.",
}


class LaunchdarklyConnector:
    """Changes of feature flags of one LaunchDarkly account."""

    kind: ClassVar[str] = "launchdarkly"
    Settings: ClassVar[type[LaunchdarklySettings]] = LaunchdarklySettings
    needs: ClassVar[str] = "an access token with the role Reader"
    limits: ClassVar[tuple[str, ...]] = ("20 entries an answer", "rate limits")

    def __init__(self, settings: LaunchdarklySettings, http: Http) -> None:
        self.identity = f"launchdarkly:{settings.base}"
        self._settings, self._http = settings, http
        self._where = f"{settings.base}/api/v2/auditlog"
        self._items = objects(self._where, "items")
        self._session = http.session(settings)
        self._session.headers["LD-API-Version"] = "20240415"
        if settings.token:
            bare_token(self._session, settings.token.get_secret_value())

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The changes of the window, newest first."""
        for raw in self._entries(window):
            name = _ID(raw)
            yield from understood(lambda raw: change(self._settings, raw), raw, f"audit log entry {name}")

    def _entries(self, window: Window) -> Iterator[Any]:
        """Page by page into the past. Each begins in the millisecond that the one before ended in, which may have more
        entries than it gave; where that one alone fills a page, some of it cannot be seen."""
        before, given = _ms(window.end), set[str]()
        while before > _ms(window.start):
            page = self._items(self._get(_ms(window.start), before))
            fresh = [one for one in page if str(_ID(one)) not in given]
            yield from fresh
            if len(page) < LIMIT:
                return
            oldest = min((one["date"] for one in page if isinstance(one.get("date"), int)), default=before)
            if oldest >= before:
                yield _gap("The audit log began to repeat itself: what came before its last entry is not seen.")
                return
            if not fresh:
                yield _gap(
                    f"At {rfc3339(from_epoch(oldest))} the audit log has {LIMIT} entries or more: some are not seen."
                )
            before = oldest + 1 if fresh else oldest
            given = {str(_ID(one)) for one in page}

    def check(self) -> Iterator[Check]:
        """The audit log."""
        now = self._http.now()
        yield asked("audit log", lambda: self._get(_ms(now - timedelta(days=1)), _ms(now)))

    def _get(self, start: int, end: int) -> Any:
        """The entries of `[start, end)`, in ms: after and before both leave out their own instant."""
        span = {"after": start - 1, "before": end, "limit": LIMIT}
        with mended_by(_FIXES):
            return self._http.get(self._session, self._where, span)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _gap(detail: str) -> Notice:
    return Notice(kind="limit", detail=detail, gap=True)
