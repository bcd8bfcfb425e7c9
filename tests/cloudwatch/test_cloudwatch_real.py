"""CloudWatch as two emulators play it: ministack knows the history of alarms, moto pages log events."""

import contextlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_emulators import ministack, moto, now, service
from cloudwatch_stub import KEYS

from connectors.cloudwatch import CloudwatchConnector
from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary
from pipeline.http import Http
from pipeline.incident import Window

pytestmark = pytest.mark.real


def connector(address: str, **settings: Any) -> CloudwatchConnector:
    given = {"use": "cloudwatch", "name": "aws", "url": address, **KEYS, **settings}
    return CloudwatchConnector(CloudwatchConnector.Settings.model_validate(given), Http(60, now))


def test_an_alarm_of_ministack_fires_and_is_resolved(tmp_path: Path) -> None:
    with ministack(tmp_path) as address:
        monitoring = service(address, "monitoring", "GraniteServiceVersion20100801")
        monitoring.call(
            "PutMetricAlarm", AlarmName="errors", MetricName="5xx", Namespace="shop", Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
        for state in ("ALARM", "OK"):
            monitoring.call("SetAlarmState", AlarmName="errors", StateValue=state, StateReason=f"told: {state}")
        made = connector(address)
        assert [check.ok for check in made.check()] == [True]
        window = Window(now() - timedelta(hours=1), now() + timedelta(hours=1))
        found = [one for one in made.events(window) if isinstance(one, Event)]
    assert sorted(one.moment for one in found) == ["fired", "resolved"]
    assert {one.labels["alertname"] for one in found} == {"errors"}


def test_log_events_of_moto_come_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group, stream = "/shop/checkout", "web-1"
    with moto(tmp_path) as address:
        logs = service(address, "logs", "Logs_20140328")
        for operation, more in (("CreateLogGroup", {}), ("CreateLogStream", {"logStreamName": stream})):
            with contextlib.suppress(SourceError):  # their answer has no body, and so is no JSON
                logs.call(operation, logGroupName=group, **more)
        start = int(now().timestamp() * 1000) - 60_000
        events = [{"timestamp": start + number, "message": f"ERROR payment {number} failed"} for number in range(300)]
        logs.call("PutLogEvents", logGroupName=group, logStreamName=stream, logEvents=events)
        made = connector(address, log_groups=[group], alarms=[], log_filter="")
        asked = made._logs.call
        monkeypatch.setattr(made._logs, "call", lambda operation, **body: asked(operation, **{**body, "limit": 70}))
        assert [check.ok for check in made.check()] == [True]
        found = list(made.logs(Window(now() - timedelta(hours=1), now())))
    assert [(one.template, one.count) for one in found if isinstance(one, LogSummary)] == [
        ("ERROR payment <*> failed", 300)
    ]


def test_log_events_of_ministack_are_found_by_insights(tmp_path: Path) -> None:
    """It runs the query that fetches, filter and all, and knows no `stats`: counts are tried on a stub."""
    group, stream = "/shop/checkout", "web-1"
    with ministack(tmp_path) as address:
        logs = service(address, "logs", "Logs_20140328")
        for operation, more in (("CreateLogGroup", {}), ("CreateLogStream", {"logStreamName": stream})):
            with contextlib.suppress(SourceError):
                logs.call(operation, logGroupName=group, **more)
        start = int(now().timestamp() * 1000) - 60_000
        told = [f"ERROR payment {number} failed" if number % 3 == 0 else "started" for number in range(30)]
        events = [{"timestamp": start + number, "message": text} for number, text in enumerate(told)]
        logs.call("PutLogEvents", logGroupName=group, logStreamName=stream, logEvents=events)
        made = connector(address, log_groups=[group], alarms=[], insights="@message like /(?i)error/")
        found = list(made.logs(Window(now() - timedelta(hours=1), now())))
    assert [(one.template, one.count) for one in found if isinstance(one, LogSummary)] == [
        ("ERROR payment <*> failed", 10)
    ]
