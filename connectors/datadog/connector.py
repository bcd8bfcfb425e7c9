"""The Datadog connector."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from connectors.datadog.api import Api
from connectors.datadog.events import Told
from connectors.datadog.settings import DatadogSettings
from pipeline import times
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.lines import Tally, levels
from pipeline.paging import value
from pipeline.streams import asked, understood

_DAY = timedelta(days=1)
LONGEST = timedelta(days=90)  # that an index keeps logs, as a rule


class DatadogConnector:
    """Monitor alerts, other events, and counts and errors of the logs of one Datadog account."""

    kind: ClassVar[str] = "datadog"
    Settings: ClassVar[type[DatadogSettings]] = DatadogSettings
    needs: ClassVar[str] = "an API key, and an application key with events_read and logs_read_data"
    limits: ClassVar[tuple[str, ...]] = ("1,000 records an answer", "searches that time out", "rate limits")

    def __init__(self, settings: DatadogSettings, http: Http) -> None:
        self.identity = f"datadog:{settings.base}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """Alerts, deploys and other events, oldest first."""
        told = Told(self._settings)
        for raw in self._api.events(window) if self._settings.events else ():
            yield from understood(told.event, raw, f"event {value('id')(raw)}")
        yield from self._api.gaps()

    def logs(self, window: Window) -> Iterator[LogSummary | Notice | Rejected]:
        """Errors and warnings by template, the rest by service: counted by Datadog, minute by minute."""
        if not self._settings.logs_query:
            return
        tally, statuses = Tally(window), set[str]()
        yield from self._counted(tally, window, statuses)
        wanted = sorted(one for one in statuses if levels.normal(one) in self._settings.levels)
        if wanted:
            yield from self._fetched(tally, window, wanted)
        yield from tally.summaries()
        yield from self._api.gaps()

    def _counted(self, tally: Tally, window: Window, statuses: set[str]) -> Iterator[Notice | Rejected]:
        """Fills the tally with what Datadog counts, a day at a time, and `statuses` with those that there are."""

        def count(bucket: Any) -> Iterator[Notice]:
            by = bucket["by"]
            service, status = str(by.get("service") or ""), str(by.get("status") or "")
            for point in (one for points in bucket["computes"].values() for one in points):
                minute = int(times.parse(str(point["time"])).timestamp() // 60)
                tally.counted(minute, int(point["value"]), service, status)
            statuses.add(status)
            yield from ()

        start = window.start
        while start < window.end:
            part = Window(start, min(start + _DAY, window.end))
            for bucket in self._api.counts(part):
                yield from understood(count, bucket, "a bucket")
            start = part.end

    def _fetched(self, tally: Tally, window: Window, statuses: list[str]) -> Iterator[Notice | Rejected]:
        """Fills the tally with the log lines of these statuses."""

        def take(raw: Any) -> Iterator[Notice]:
            one = raw["attributes"]
            text = str(one.get("message") or "(no message)")
            stack = value("attributes", "error", "stack")(one)
            text = f"{text}\n{stack}" if stack and str(stack) not in text else text
            at, service = times.parse(str(one["timestamp"])), str(one.get("service") or "")
            tally.line(at, text, service, str(one.get("status") or ""), str(one.get("host") or ""))
            yield from ()

        try:
            for raw in self._api.lines(window, statuses):
                if tally.read >= self._settings.max_lines:
                    of = tally.total(self._settings.levels)
                    detail = (
                        f"{tally.read:,} log lines were fetched of {of:,}, the earliest; the others are only counted. "
                        "Narrow logs_query or levels, or raise max_lines."
                    )
                    yield Notice(kind="limit", detail=detail, gap=True)
                    return
                yield from understood(take, raw, f"log line {value('id')(raw)}")
        except SourceError as problem:
            yield Notice(kind="failed", detail=f"Log lines could not be fetched, only counted: {problem}", gap=True)

    def check(self) -> Iterator[Check]:
        """Each API that is used, with the permission that it needs."""
        now = self._http.now()
        recent = Window(now - timedelta(minutes=10), now)
        if self._settings.events:
            yield asked("events", partial(self._api.one_event, recent), "events_read")
        if self._settings.logs_query:
            yield asked("logs", lambda: list(self._api.counts(recent)), "logs_read_data")
            yield from self._retention(now)

    def _retention(self, now: datetime) -> Iterator[Check]:
        """Where logs begin: an index is kept for 3 to 90 days, as it is configured."""
        with contextlib.suppress(SourceError, ValueError):
            raw = self._api.first_line(Window(now - LONGEST, now))
            first = times.parse(str(value("attributes", "timestamp")(raw))) if raw else None
            if first and first > now - LONGEST + _DAY:  # else there may be more before it
                yield Check("retention", True, f"logs reach back to {times.rfc3339(first)}", reaches=first)
