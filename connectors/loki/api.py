"""Asking Loki: https://grafana.com/docs/loki/latest/reference/loki-http-api/."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from connectors.loki.settings import LokiSettings
from pipeline import times
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http, HttpError
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.paging import by_bisection, value
from pipeline.streams import mended_by, objects

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)  # 10,080 minutes: below the 11,000 points of a series and the 30 days of a query
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOWER = re.compile(r"max entries limit .*\(\d+ > (\d+)\)")
_TOO_LONG = "query length:"  # "the query time range exceeds the limit (query length: …, limit: …)"
_FIXES = {
    401: "Check token, or username and password; where Loki has tenants, set tenant.",
    403: "Give this account the right to read the tenant's logs.",
    404: "Check url: it is the address before /loki/api/v1.",
}


Made = TypeVar("Made")


class Line(NamedTuple):
    """One log line. Loki keeps one of several that have all of this in common."""

    ns: int
    labels: tuple[tuple[str, str], ...]
    text: str

    @property
    def at(self) -> datetime:
        return times.from_epoch(self.ns)


class Api:
    """One Loki. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: LokiSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self.limit = settings.limit
        self.warnings: dict[str, None] = {}
        self._where = f"{settings.base}/loki/api/v1/query_range"
        self._session = http.session(settings)
        if settings.tenant:
            self._session.headers["X-Scope-OrgID"] = settings.tenant

    def labels(self) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.settings.base}/loki/api/v1/labels")

    def counts(self, window: Window, by: tuple[str, str]) -> Iterator[tuple[Mapping[str, str], int, int]]:
        """(labels, Unix minute, lines) of each minute that has some.

        A range takes in its end and not its start; the offset turns this round, so that a line at 09:00:00 counts
        for that minute. Loki rounds start and end to the step by itself.
        """
        query = f"sum by ({', '.join(by)}) (count_over_time({self.settings.query} [1m] offset 1ns))"
        start = _EPOCH + (window.start - _EPOCH) // MINUTE * MINUTE
        end = _EPOCH - (_EPOCH - window.end) // MINUTE * MINUTE

        def read(part: Window) -> Iterator[tuple[Mapping[str, str], int, int]]:
            for series in self._result(Window(part.start + MINUTE, part.end), query=query, step="60"):
                with self._understood():
                    labels = {str(name): str(text) for name, text in series["metric"].items()}
                    for at, count in series["values"]:
                        yield labels, round(float(at)) // 60 - 1, int(float(count))

        for part in _weeks(Window(start, end)):
            yield from self._halved(read, part)

    def lines(self, window: Window) -> Iterator[Line | Notice]:
        """The lines to fetch, oldest first. An answer that fills the limit was cut, and is asked for in halves."""

        def read(part: Window) -> Iterator[Line | Notice]:
            try:
                yield from by_bisection(self._page, part, self.limit, key=lambda line: line)
            except HttpError as problem:
                lower = _LOWER.search(problem.message)
                if not lower or not 1 < int(lower[1]) < self.limit:
                    raise
                self.limit = int(lower[1])  # the very first answer: nothing was given yet
                yield from by_bisection(self._page, part, self.limit, key=lambda line: line)

        for part in _weeks(window):
            yield from self._halved(read, part)

    def first(self, window: Window) -> datetime | None:
        """The time of the earliest line; None where there is none."""
        found = self._result(window, query=self.settings.query, direction="forward", limit=1)
        with self._understood():
            return min((times.from_epoch(int(one[0])) for stream in found for one in stream["values"]), default=None)
        return None

    def _halved(self, read: Callable[[Window], Iterator[Made]], window: Window) -> Iterator[Made]:
        """What `read` gives, in halves of the window where this Loki allows no query of that length."""
        try:
            yield from read(window)
        except HttpError as problem:
            if problem.status != 400 or _TOO_LONG not in problem.message or window.end - window.start <= 2 * MINUTE:
                raise
            middle = window.start + (window.end - window.start) // 2 // MINUTE * MINUTE
            yield from self._halved(read, Window(window.start, middle))
            yield from self._halved(read, Window(middle, window.end))

    def _page(self, window: Window) -> list[Line]:
        found = []
        for stream in self._result(window, query=self._wanted(), direction="forward", limit=self.limit):
            with self._understood():
                labels = tuple(sorted((str(name), str(text)) for name, text in stream["stream"].items()))
                lines = [Line(int(one[0]), labels, str(one[1])) for one in stream["values"]]
                found += [line for line in lines if line.at]  # a time that is none is told here
        return sorted(found)

    def _wanted(self) -> str:
        """The query with what keeps the lines to fetch: pushed down, so that no other line is sent."""
        settings = self.settings
        words = "|".join(levels.words(settings.levels))
        return f"{settings.query} {settings.error_filter or f'| {settings.level_label}=~`(?i)({words})`'}"

    def _result(self, window: Window, **params: Any) -> list[Any]:
        """`data.result` of a query over `[start, end)`: times in ns, as strings."""
        span = {"start": str(_ns(window.start)), "end": str(_ns(window.end))}
        with mended_by(_FIXES):
            answer = self._http.get(self._session, self._where, {**params, **span})
        warnings = value("warnings")(answer) or value("data", "warnings")(answer)
        self.warnings.update(dict.fromkeys(str(one) for one in warnings if one) if isinstance(warnings, list) else {})
        return objects(self._where, "data", "result")(answer)

    def _understood(self) -> "_Understood":
        return _Understood(self._where)


class _Understood:
    """An answer that is not as documented is a SourceError."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, problem: Any, *_: Any) -> None:
        if isinstance(problem, (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)):
            raise SourceError(
                f"the answer cannot be understood: {problem}.", where=self._where, fix="Check that url is Loki."
            ) from None


def _weeks(window: Window) -> Iterator[Window]:
    start = window.start
    while start < window.end:
        yield Window(start, min(start + WEEK, window.end))
        start += WEEK


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
