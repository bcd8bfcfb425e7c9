"""CloudWatch Logs Insights: a query that AWS runs over a log group, asked for until it is done.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
"""

import math
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pipeline import times
from pipeline.aws import Service
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_bisection, value
from pipeline.streams import objects

LIMIT = 10_000  # rows of an answer
PAUSE = 0.5  # between two questions whether it is done
MINUTE = "bin(1m)"
_DAYS = timedelta(days=6)  # 8,640 minutes: fewer than LIMIT
_GOES_ON = ("Scheduled", "Running", "Unknown")
Row = Mapping[str, str]


class QueryFailed(SourceError):
    """AWS did not run a query to its end."""


class Insights:
    """The queries over log groups. Each raises QueryFailed, and as every call SourceError."""

    def __init__(self, service: Service, http: Http) -> None:
        self._service, self._http = service, http

    def lines(self, group: str, window: Window, wanted: str) -> Iterator[Row | Notice]:
        """The log events that fit a filter, in halves of the window where an answer is cut."""
        query = f"fields @timestamp, @message, @logStream, @ptr | filter {wanted} | sort @timestamp asc"
        ask = lambda part: self._rows(query, group, part)  # noqa: E731
        return by_bisection(ask, window, LIMIT, key=value("@ptr"), least=timedelta(seconds=1))

    def counts(self, group: str, window: Window) -> Iterator[Row]:
        """How many log events there are in each minute."""
        start = window.start
        while start < window.end:
            part = Window(start, min(start + _DAYS, window.end))
            yield from self._rows(f"stats count(*) as records by {MINUTE}", group, part)
            start = part.end

    def _rows(self, query: str, group: str, window: Window) -> list[Row]:
        """Its rows. Both ends of the time range are whole seconds, and part of it."""
        span = {"startTime": math.floor(window.start.timestamp()), "endTime": math.ceil(window.end.timestamp())}
        started = self._service.call("StartQuery", logGroupName=group, queryString=query, limit=LIMIT, **span)
        number = value("queryId")(started)
        while True:
            answer = self._service.call("GetQueryResults", queryId=str(number))
            state = value("status")(answer)
            if state == "Complete":
                return [_row(one) for one in value("results")(answer) or ()]
            if state not in _GOES_ON:
                raise QueryFailed(
                    f"the query of {group} ended as {state}.", where=self._service.where,
                    fix="Ask for a shorter window, or narrow `insights`.",
                )  # fmt: skip
            time.sleep(min(PAUSE, self._http.remaining()))


def _row(fields: Any) -> Row:
    return {str(one.get("field")): str(one.get("value")) for one in objects("")(fields)}


def at(text: str) -> datetime:
    """A time of Insights: UTC, without saying so."""
    return times.from_epoch(float(text)) if text.isdecimal() else times.parse(f"{text.replace(' ', 'T')}Z")
