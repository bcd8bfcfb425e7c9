"""Log events by CloudWatch Logs Insights: what fits is fetched, all are counted, by AWS and not by befell."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cloudwatch_stub import AT, KEYS, Cloudwatch, line, running

from connectors.cloudwatch import CloudwatchConnector, insights
from pipeline.event import LogSummary, Notice
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
GROUP = "/shop/checkout"


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloudwatch]:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with running(Cloudwatch(lines={GROUP: []})) as held:
        yield held


def read(held: Cloudwatch, **settings: Any) -> list[Any]:
    made = connector(held, **settings)
    return list(made.logs(WINDOW))


def connector(held: Cloudwatch, **settings: Any) -> CloudwatchConnector:
    given = {
        "use": "cloudwatch", "name": "aws", "url": held.url, **KEYS, "log_groups": [GROUP], "alarms": [],
        "insights": "@message like /(?i)error/", **settings,
    }  # fmt: skip
    return CloudwatchConnector(CloudwatchConnector.Settings.model_validate(given), Http(30, lambda: WINDOW.end))


def event(number: int, message: str, seconds: float = 0) -> Any:
    return {**line(message, round((AT + seconds) * 1000)), "eventId": f"e{number}"}


def counts(found: list[Any]) -> dict[str, int]:
    return {one.template: one.count for one in found if isinstance(one, LogSummary)}


def gaps(found: list[Any]) -> list[str]:
    return [one.detail for one in found if isinstance(one, Notice) and one.gap]


def test_what_fits_is_fetched_and_the_rest_is_counted(cloudwatch: Cloudwatch) -> None:
    cloudwatch.lines[GROUP] = [event(number, f"error in payment {number}", number / 10) for number in range(4)]
    cloudwatch.lines[GROUP] += [event(number, "started", 60 * number) for number in range(10, 16)]
    found = read(cloudwatch)
    assert counts(found) == {"error in payment <*>": 4, "": 6} and not gaps(found)
    assert not [name for name, _ in cloudwatch.asked if name == "FilterLogEvents"]
    (shown, _) = found
    assert shown.first == datetime(2026, 11, 24, 9, 24, tzinfo=UTC) and shown.exemplars[0].path == f"{GROUP} a"


def test_an_answer_that_is_cut_is_asked_for_in_halves(cloudwatch: Cloudwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insights, "LIMIT", 5)
    cloudwatch.lines[GROUP] = [event(number, f"error {number}", 7 * number) for number in range(100)]
    assert counts(read(cloudwatch))["error <*>"] == 100


def test_a_second_with_more_than_an_answer_is_a_gap(cloudwatch: Cloudwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insights, "LIMIT", 5)
    cloudwatch.lines[GROUP] = [event(number, f"error {number}", number / 100) for number in range(20)]
    (gap,) = gaps(read(cloudwatch))
    assert "more records than the source gives at once" in gap


@pytest.mark.parametrize("state", ["Failed", "Cancelled", "Timeout"])
def test_a_query_that_is_not_run_to_its_end_is_a_gap_of_its_group(cloudwatch: Cloudwatch, state: str) -> None:
    cloudwatch.ends_as = state
    (gap,) = gaps(read(cloudwatch))
    assert f"the query of {GROUP} ended as {state}" in gap and "narrow `insights`" in gap


def test_long_windows_are_counted_in_parts(cloudwatch: Cloudwatch) -> None:
    made = connector(cloudwatch)
    list(made.logs(Window(WINDOW.end - timedelta(days=14), WINDOW.end)))
    counted = [one for one in cloudwatch.queries if one["queryString"].startswith("stats")]
    assert [one["endTime"] - one["startTime"] for one in counted] == [6 * 86400, 6 * 86400, 2 * 86400]


def test_a_group_that_is_not_there_is_a_gap_and_doctor_says_so(cloudwatch: Cloudwatch) -> None:
    cloudwatch.lines["/shop/cart"] = [event(1, "error")]
    found = read(cloudwatch, log_groups=["/shop/gone", "/shop/cart"])
    assert counts(found) == {"error": 1} and "/shop/gone" in gaps(found)[0]
    bad, good = connector(cloudwatch, log_groups=["/shop/gone", "/shop/cart"]).check()
    assert good.ok and not bad.ok and "logs:StartQuery" in bad.fix


def test_no_more_than_the_configured_number_of_lines(cloudwatch: Cloudwatch) -> None:
    cloudwatch.lines[GROUP] = [event(number, f"error {number}", number) for number in range(10)]
    found = read(cloudwatch, max_lines=4)
    assert counts(found) == {"error <*>": 4, "": 6} and "narrow insights" in gaps(found)[0]
