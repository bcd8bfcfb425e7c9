"""Monitor alerts, deploys and logs of Datadog."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from datadog_stub import AT_MS, Datadog, alert, line, other, running
from pydantic import ValidationError

from connectors.datadog import DatadogConnector
from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
START = datetime(2026, 11, 24, 9, 24, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def datadog() -> Iterator[Datadog]:
    with running() as held:
        yield held


def connector(datadog: Datadog, **settings: Any) -> DatadogConnector:
    given = {"use": "datadog", "name": "dd", "url": datadog.url, "api_key": "ap1", "app_key": "app", **settings}
    return DatadogConnector(DatadogConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def events(datadog: Datadog, **settings: Any) -> list[Any]:
    return list(connector(datadog, **settings).events(WINDOW))


def logs(datadog: Datadog, window: Window = WINDOW, **settings: Any) -> list[Any]:
    return list(connector(datadog, **{"logs_query": "env:prod", **settings}).logs(window))


def gaps(found: list[Any]) -> list[str]:
    return [one.detail for one in found if isinstance(one, Notice) and one.gap]


def test_a_monitor_fires_gets_worse_and_recovers_as_one_episode(datadog: Datadog) -> None:
    datadog.events = [
        alert("success", AT_MS + 90_000, "[Recovered] Checkout errors"), alert("warning"),
        alert("error", AT_MS + 30_000), alert("error", AT_MS + 120_000),
    ]  # fmt: skip
    found = events(datadog)
    assert [one.moment for one in found] == ["fired", "observed", "resolved", "fired"]
    assert [one.severity for one in found] == ["warning", "error", "", "error"]
    assert {one.episode for one in found[:3]} == {START} and found[3].episode == found[3].at
    assert len({one.native_id for one in found}) == 1 and found[0].service == "checkout"
    assert found[0].labels == {"monitor": "Checkout errors", "monitor_id": "7", "env": "prod"}


def test_groups_of_one_monitor_are_alerts_of_their_own(datadog: Datadog) -> None:
    datadog.events = [alert(monitor_groups=["host:a"]), alert(at_ms=AT_MS + 1, monitor_groups=["host:b"])]
    assert [(one.moment, one.labels["group"]) for one in events(datadog)] == [("fired", "host:a"), ("fired", "host:b")]


def test_a_recovery_from_before_the_window_says_itself_when_it_began(datadog: Datadog) -> None:
    datadog.events = [alert("success", duration=3_600_000_000_000), alert("success", AT_MS + 1)]
    first, second = events(datadog)
    assert first.episode == START - timedelta(hours=1) and second.episode is None


def test_a_deploy_is_told_by_its_source(datadog: Datadog) -> None:
    datadog.events = [
        other(),
        other("Pod killed", AT_MS + 1, "kubernetes"),
        other("Deploy broke", AT_MS + 2, status="error"),
    ]
    found = events(datadog)
    assert [(one.kind, one.moment) for one in found] == [
        ("deploy", "deployed"),
        ("log", "observed"),
        ("deploy", "failed"),
    ]
    assert found[0].labels == {"source": "deploy", "version": "v2"} and found[0].service == "web"
    assert events(datadog, deploy_sources=["kubernetes"])[1].kind == "deploy"


def test_a_monitor_without_a_service_tag_has_the_configured_one(datadog: Datadog) -> None:
    datadog.events = [alert()]
    datadog.events[0]["attributes"]["tags"] = []
    assert events(datadog, services={"Checkout errors": "shop"})[0].service == "shop"


def test_errors_are_told_by_template_and_the_rest_is_counted(datadog: Datadog) -> None:
    stack = {"error": {"stack": "java.lang.IllegalStateException: x\n\tat shop.Pool.take(Pool.java:7)"}}
    datadog.lines = [
        line(),
        line("payment 1 failed", AT_MS + 61_000),
        line("ok", status="info"),
        line("boom", attributes=stack),
    ]
    found = logs(datadog)
    assert [(one.template, one.count) for one in found] == [
        ("payment <*> failed", 2), ("java.lang.IllegalStateException at shop.Pool.take", 1), ("", 1),
    ]  # fmt: skip
    assert found[0].level == "error" and len(found[0].histogram) == 2 and found[0].exemplars[0].path == "web-1"


def test_every_page_of_lines_comes(datadog: Datadog) -> None:
    datadog.lines, datadog.most = [line(f"payment {number} failed", AT_MS + number) for number in range(95)], 10
    assert [one.count for one in logs(datadog)] == [95]


def test_only_lines_of_the_levels_are_asked_for(datadog: Datadog) -> None:
    datadog.lines = [line(), line("a", status="critical"), line("b", status="info")]
    logs(datadog)
    body = next(body for path, body in datadog.asked if path.endswith("search"))
    assert body["filter"]["query"] == 'env:prod status:("critical" OR "error")'
    assert body["filter"]["from"] == "1795510800000", "ms"
    counted = next(body for path, body in datadog.asked if path.endswith("aggregate"))
    assert [one["limit"] for one in counted["group_by"]] == [1000, 10], "10 would leave services out"


def test_a_long_window_is_counted_day_by_day(datadog: Datadog) -> None:
    datadog.lines = [line("ok", AT_MS - day * 86_400_000, "info") for day in range(5)]
    found = logs(datadog, Window(WINDOW.start - timedelta(days=5), WINDOW.end))
    assert [one.count for one in found] == [5] and len(datadog.asked) == 6


def test_what_is_past_max_lines_is_counted_and_a_gap(datadog: Datadog) -> None:
    datadog.lines = [line(f"payment {number} failed", AT_MS + number) for number in range(30)]
    found = logs(datadog, max_lines=20)
    assert [one.count for one in found if isinstance(one, LogSummary)] == [20, 10]
    assert gaps(found)[0].startswith("20 log lines were fetched of 30")


def test_logs_are_read_only_where_they_are_asked_for(datadog: Datadog) -> None:
    assert logs(datadog, logs_query="") == [] and datadog.asked == []
    assert events(datadog, events=False) == [] and datadog.asked == []


def test_a_search_that_timed_out_is_a_gap(datadog: Datadog) -> None:
    datadog.events, datadog.meta = [other()], {"status": "timeout", "warnings": [{"detail": "index is full"}]}
    assert gaps(events(datadog)) == [
        "Datadog gave only a part: the search timed out.", "Datadog gave only a part: index is full.",
    ]  # fmt: skip


def test_lines_that_may_not_be_fetched_stay_counted(datadog: Datadog) -> None:
    datadog.lines, datadog.refuse = [line()], {"search": 403}
    notice, counted = logs(datadog)
    assert notice.gap and "logs_read_data" in notice.detail and counted.count == 1


def test_records_that_lack_what_they_need_are_rejected_alone(datadog: Datadog) -> None:
    datadog.events = [other(), other("", AT_MS + 1)]
    datadog.events[1]["attributes"]["message"] = ""
    assert [type(one) for one in events(datadog)] == [Event, Rejected]


def test_both_keys_are_sent(datadog: Datadog) -> None:
    events(datadog)
    sent = {name.lower(): text for name, text in datadog.headers[0].items()}
    assert (sent["dd-api-key"], sent["dd-application-key"]) == ("ap1", "app")


def test_a_refusal_says_what_to_do(datadog: Datadog) -> None:
    datadog.refuse = {"events": 401}
    with pytest.raises(SourceError, match="api_key and app_key"):
        events(datadog)


def test_a_level_is_one_of_those_that_befell_knows() -> None:
    with pytest.raises(ValidationError, match="none of critical"):
        DatadogConnector.Settings.model_validate({"use": "datadog", "name": "d", "levels": ["warn"]})


def test_doctor_says_how_far_back_logs_reach(datadog: Datadog) -> None:
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    day = 86_400_000
    for days, told in ((10, True), (89.5, False)):
        datadog.lines = [line("new", now_ms - day), line("old", round(now_ms - days * day))]
        found = {one.name: one for one in connector(datadog, logs_query="env:prod").check()}
        assert ("retention" in found) is told
    datadog.refuse = {"logs": 403}
    names = [one.name for one in connector(datadog, logs_query="env:prod").check()]
    assert names == ["events", "logs"]
