"""Alarms and log events of CloudWatch, and the signature of their requests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from cloudwatch_stub import AT, KEYS, Cloudwatch, line, running, went

from connectors.cloudwatch import CloudwatchConnector
from pipeline.aws import AwsSettings, Signature
from pipeline.errors import SourceError
from pipeline.event import LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
START = datetime(2026, 11, 24, 9, 24, tzinfo=UTC)


@pytest.fixture
def cloudwatch() -> Iterator[Cloudwatch]:
    with running() as held:
        yield held


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr("time.sleep", made.append)
    return made


def connector(cloudwatch: Cloudwatch, **settings: Any) -> CloudwatchConnector:
    given = {"use": "cloudwatch", "name": "aws", "url": cloudwatch.url, **KEYS, **settings}
    return CloudwatchConnector(CloudwatchConnector.Settings.model_validate(given), Http(30, lambda: WINDOW.end))


def events(cloudwatch: Cloudwatch, window: Window = WINDOW, **settings: Any) -> list[Any]:
    return list(connector(cloudwatch, **settings).events(window))


def logs(cloudwatch: Cloudwatch, **settings: Any) -> list[Any]:
    return list(connector(cloudwatch, **{"log_groups": ["/shop/checkout"], **settings}).logs(WINDOW))


def test_an_alarm_fires_and_is_resolved_as_one_episode(cloudwatch: Cloudwatch) -> None:
    cloudwatch.history = [
        went("OK", AT + 90, before="ALARM"), went("ALARM"), went("ALARM", AT + 120),
        went("OK", AT - 60, before="INSUFFICIENT_DATA"),
    ]  # fmt: skip
    fired, resolved, again = events(cloudwatch, services={"checkout-*": "checkout"})
    assert (fired.moment, fired.title, fired.service) == ("fired", "checkout-errors is ALARM: 5 errors", "checkout")
    assert (resolved.moment, resolved.title) == ("resolved", "checkout-errors is OK")
    assert fired.at == fired.episode == resolved.episode == START and again.episode == again.at
    assert len({one.native_id for one in (fired, resolved, again)}) == 1


def test_an_alarm_that_loses_its_data_is_still_the_same(cloudwatch: Cloudwatch) -> None:
    lost = went("INSUFFICIENT_DATA", AT + 30, before="ALARM")
    cloudwatch.history = [went("ALARM"), lost, went("ALARM", AT + 60, before="INSUFFICIENT_DATA"), went("OK", AT + 90)]
    assert [(one.moment, one.episode) for one in events(cloudwatch)] == [
        ("fired", START), ("observed", START), ("observed", START), ("resolved", START),
    ]  # fmt: skip


def test_a_recovery_from_before_the_window_has_no_episode(cloudwatch: Cloudwatch) -> None:
    cloudwatch.history = [went("OK", before="ALARM")]
    assert [(one.moment, one.episode) for one in events(cloudwatch)] == [("resolved", None)]


def test_alarms_are_chosen_by_globs(cloudwatch: Cloudwatch) -> None:
    cloudwatch.history = [went("ALARM"), went("ALARM", name="other")]
    assert [one.labels["alertname"] for one in events(cloudwatch, alarms=["check*"])] == ["checkout-errors"]
    assert events(cloudwatch, alarms=[]) == [] and len(cloudwatch.asked) == 1


def test_composite_alarms_are_asked_for_too_oldest_first_in_seconds(cloudwatch: Cloudwatch) -> None:
    events(cloudwatch)
    ((_, body),) = cloudwatch.asked
    assert body["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"] and body["ScanBy"] == "TimestampAscending"
    assert (body["StartDate"], body["EndDate"]) == (1795510800, 1795518000)


def test_a_window_of_more_than_thirty_days_ago_is_a_gap(cloudwatch: Cloudwatch) -> None:
    (notice,) = events(cloudwatch, Window(WINDOW.start - timedelta(days=31), WINDOW.end))
    assert isinstance(notice, Notice) and notice.gap and "30 days" in notice.detail


def test_errors_are_told_by_template(cloudwatch: Cloudwatch) -> None:
    cloudwatch.lines = {"/shop/checkout": [line(), line("ERROR payment 1 failed", AT * 1000 + 61_000)]}
    (one,) = logs(cloudwatch)
    assert (one.service, one.level, one.template, one.count) == ("checkout", "error", "ERROR payment <*> failed", 2)
    assert one.exemplars[0].path == "/shop/checkout a" and len(one.histogram) == 2
    assert logs(cloudwatch, services={"/shop/*": "shop"})[0].service == "shop"
    assert cloudwatch.asked[0][1]["filterPattern"].startswith("?ERROR")


def test_an_answer_without_events_may_have_more_behind_it(cloudwatch: Cloudwatch) -> None:
    cloudwatch.most = 10
    cloudwatch.lines = {
        "/shop/checkout": [line(f"ERROR payment {number} failed", AT * 1000 + number) for number in range(35)]
    }
    assert [one.count for one in logs(cloudwatch)] == [35] and len(cloudwatch.asked) == 8


def test_what_is_past_max_lines_is_a_gap(cloudwatch: Cloudwatch) -> None:
    cloudwatch.lines = {"/shop/checkout": [line(at_ms=AT * 1000 + number) for number in range(30)]}
    notice, summary = logs(cloudwatch, max_lines=20)
    assert notice.gap and "first 20" in notice.detail and summary.count == 20


def test_a_group_that_is_not_there_is_a_gap_and_the_others_are_read(cloudwatch: Cloudwatch) -> None:
    cloudwatch.lines = {"/shop/checkout": [line()]}
    summary, notice = sorted(
        logs(cloudwatch, log_groups=["/gone", "/shop/checkout"]), key=lambda one: isinstance(one, Notice)
    )
    assert isinstance(summary, LogSummary) and notice.gap and "Check the name, and the region" in notice.detail


def test_throttling_is_waited_for_and_told_where_it_does_not_end(cloudwatch: Cloudwatch, pauses: list[float]) -> None:
    """AWS throttles with 400, not 429."""
    cloudwatch.history, cloudwatch.throttle = [went("ALARM")], 2
    assert len(events(cloudwatch)) == 1 and pauses == [0.5, 1.0]
    cloudwatch.throttle = 99
    with pytest.raises(SourceError, match=r"Rate exceeded.*shorter window"):
        events(cloudwatch)


@pytest.mark.parametrize(
    ("status", "error", "fix"),
    [
        (400, "UnrecognizedClientException", "secret_key"), (400, "ExpiredTokenException", "session_token"),
        (400, "AccessDeniedException", "Allow cloudwatch:DescribeAlarmHistory"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_do(cloudwatch: Cloudwatch, status: int, error: str, fix: str) -> None:
    cloudwatch.refuse = {"DescribeAlarmHistory": (status, error)}
    with pytest.raises(SourceError, match=fix):
        events(cloudwatch)
    (check,) = connector(cloudwatch).check()
    assert not check.ok and check.fix


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(cloudwatch: Cloudwatch) -> None:
    cloudwatch.history = [went("ALARM"), {**went("ALARM", name="odd"), "HistoryData": "{"}]
    assert [one.where for one in events(cloudwatch) if isinstance(one, Rejected)] == ["alarm odd"]


def test_every_service_of_aws_has_its_own_address() -> None:
    aws = AwsSettings.model_validate(KEYS)
    assert aws.endpoint("logs") == "https://logs.eu-central-1.amazonaws.com/"
    china = AwsSettings.model_validate({**KEYS, "url": "https://amazonaws.com.cn", "region": "cn-north-1"})
    assert china.endpoint("monitoring") == "https://monitoring.cn-north-1.amazonaws.com.cn/"
    assert (
        AwsSettings.model_validate({**KEYS, "url": "http://127.0.0.1:4566"}).endpoint("logs")
        == "http://127.0.0.1:4566/"
    )


def test_the_signature_is_the_one_that_aws_documents() -> None:
    """The example of a GET of IAM in AWS' General Reference (Signature Version 4)."""
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    aws = AwsSettings.model_validate({"region": "us-east-1", "access_key": "AKIDEXAMPLE", "secret_key": secret})
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"
    request = requests.Request("GET", url, headers=headers).prepare()
    signed = Signature(aws, "iam", lambda: datetime(2015, 8, 30, 12, 36, tzinfo=UTC))(request)
    assert signed.headers["Authorization"].endswith("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")


def test_a_request_is_signed_with_its_token(cloudwatch: Cloudwatch) -> None:
    events(cloudwatch, session_token="t0ken")
    sent = cloudwatch.headers[0]
    assert sent["x-amz-security-token"] == "t0ken" and "x-amz-target;" not in sent["x-amz-date"]
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target" in sent["authorization"]
    assert sent["content-type"] == "application/x-amz-json-1.1"
