"""The CloudWatch connector."""

import math
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from connectors.cloudwatch.alarms import Alarms, time_of
from connectors.cloudwatch.insights import MINUTE, Insights, QueryFailed, at
from connectors.cloudwatch.settings import CloudwatchSettings
from pipeline.aws import Service
from pipeline.connector import Check
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.lines import Tally
from pipeline.paging import by_cursor, value
from pipeline.streams import asked, each, objects, understood
from pipeline.times import rfc3339

KEPT = timedelta(days=30)  # that AWS keeps the history of alarms
_ALARMS, _LOGS = (
    {"DescribeAlarmHistory": "cloudwatch:DescribeAlarmHistory"},
    {
        "FilterLogEvents": "logs:FilterLogEvents", "StartQuery": "logs:StartQuery",
        "GetQueryResults": "logs:GetQueryResults",
    },
)  # fmt: skip


class CloudwatchConnector:
    """Alarms, and the errors of log groups, of one region of an AWS account."""

    kind: ClassVar[str] = "cloudwatch"
    Settings: ClassVar[type[CloudwatchSettings]] = CloudwatchSettings
    needs: ClassVar[str] = (
        "credentials with cloudwatch:DescribeAlarmHistory and logs:FilterLogEvents (for insights: logs:StartQuery and "
        "logs:GetQueryResults)"
    )
    limits: ClassVar[tuple[str, ...]] = (
        "the history of alarms of 30 days", "100 alarm states and 10,000 log events an answer", "throttling",
        "10,000 rows of an Insights query",
    )  # fmt: skip

    def __init__(self, settings: CloudwatchSettings, http: Http) -> None:
        self.identity = f"cloudwatch:{settings.endpoint('monitoring')}{settings.region}"
        self._settings, self._http = settings, http
        self._monitoring = Service(settings, http, "monitoring", "GraniteServiceVersion20100801", _ALARMS)
        self._logs = Service(settings, http, "logs", "Logs_20140328", _LOGS)
        self._insights = Insights(self._logs, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The states that alarms went to, oldest first."""
        if not self._settings.alarms:
            return
        kept = self._http.now() - KEPT
        if window.start < kept:
            gone = f"what came before {rfc3339(kept.replace(microsecond=0))} is gone."
            detail = f"AWS keeps the history of alarms for 30 days: {gone}"
            yield Notice(kind="retention", detail=detail, gap=True)
        alarms = Alarms(self._settings)
        for raw in self._history(window):
            yield from understood(alarms.event, raw, f"alarm {value('AlarmName')(raw)}")

    def _history(self, window: Window, **more: Any) -> Iterator[Any]:
        """Every change of state, page by page; whole seconds, what is too much is clipped by collect."""
        body = {
            "HistoryItemType": "StateUpdate", "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
            "StartDate": math.floor(window.start.timestamp()), "EndDate": math.ceil(window.end.timestamp()),
            "ScanBy": "TimestampAscending", "MaxRecords": 100,
        }  # fmt: skip

        def ask(token: Any) -> Any:
            return self._monitoring.call(
                "DescribeAlarmHistory", **body, **({"NextToken": token} if token else {}), **more
            )

        items = objects(self._monitoring.where, "AlarmHistoryItems")
        yield from by_cursor(ask, items=items, cursor_of=value("NextToken"), where=self._monitoring.where)

    def logs(self, window: Window) -> Iterator[LogSummary | Notice | Rejected]:
        """The log events that fit the filter, by template; a group that is refused is a gap."""
        tally = Tally(window)
        yield from each((f"log group {group}", self._told(group, window, tally)) for group in self._settings.log_groups)
        yield from tally.summaries()

    def _told(self, group: str, window: Window, tally: Tally) -> Iterator[Notice | Rejected]:
        try:
            yield from self._group(group, window, tally)
        except QueryFailed as problem:
            yield Notice(kind="query failed", detail=str(problem), gap=True)

    def _group(self, group: str, window: Window, tally: Tally) -> Iterator[Notice | Rejected]:
        """Fills the tally with the log events that fit, and with the counts of all where Insights is asked."""
        service = self._settings.service(group) or group.rstrip("/").rpartition("/")[2]

        def take(raw: Any) -> Iterator[Notice]:
            when = time_of(raw["timestamp"]) if "timestamp" in raw else at(raw["@timestamp"])
            stream = raw.get("logStreamName") or raw.get("@logStream")
            tally.line(when, str(raw.get("message") or raw["@message"]), service, "", f"{group} {stream}")
            yield from ()

        def count(row: Any) -> Iterator[Notice]:
            tally.counted(int(at(row[MINUTE]).timestamp()) // 60, int(row["records"]), service)
            yield from ()

        if wanted := self._settings.insights:
            for row in self._insights.counts(group, window):
                yield from understood(count, row, f"a count of {group}")
        found = self._insights.lines(group, window, wanted) if wanted else self._filtered(group, window)
        for number, raw in enumerate(found):
            if number >= self._settings.max_lines:
                named = "insights" if wanted else "log_filter"
                detail = f"Of {group} the first {number:,} log events were read: narrow {named}, or raise max_lines."
                yield Notice(kind="limit", detail=detail, gap=True)
                return
            yield from understood(take, raw, f"log event {value('eventId')(raw) or value('@ptr')(raw)}")

    def _filtered(self, group: str, window: Window) -> Iterator[Any]:
        """The log events that fit `log_filter`. An answer may hold none and have more behind it."""
        start, end = math.floor(window.start.timestamp() * 1000), math.ceil(window.end.timestamp() * 1000)
        body = {"logGroupName": group, "startTime": start, "endTime": end, "limit": 10_000}
        body |= {"filterPattern": self._settings.log_filter} if self._settings.log_filter else {}

        def ask(token: Any) -> Any:
            return self._logs.call("FilterLogEvents", **body, **({"nextToken": token} if token else {}))

        items = objects(self._logs.where, "events")
        return by_cursor(ask, items=items, cursor_of=value("nextToken"), where=self._logs.where)

    def check(self) -> Iterator[Check]:
        """Each API that is used, with the permission that it needs."""
        now = self._http.now()
        recent = Window(now - timedelta(minutes=10), now)
        if self._settings.alarms:
            found = asked("alarms", lambda: next(self._history(recent), None), _ALARMS["DescribeAlarmHistory"])
            yield Check(found.name, found.ok, found.detail, found.fix, reaches=now - KEPT if found.ok else None)
        for group in self._settings.log_groups:
            if self._settings.insights:
                hour = partial(self._insights.counts, group, recent)
                yield asked(f"log group {group}", lambda ask=hour: list(ask()), "logs:StartQuery, logs:GetQueryResults")  # type: ignore[misc]
            else:
                read = partial(self._logs.call, "FilterLogEvents", logGroupName=group, limit=1)
                yield asked(f"log group {group}", read, _LOGS["FilterLogEvents"])
