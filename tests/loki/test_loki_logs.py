"""Counts and errors of Loki: nothing is cut in silence, and only what matters is sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from loki_stub import AT_NS, Loki, line, running
from pydantic import ValidationError

from connectors.loki import LokiConnector
from pipeline.errors import SourceError
from pipeline.event import LogSummary, Notice
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.times import from_epoch

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
START_NS, MINUTE = 1795510800 * 10**9, 1795512240 // 60


@pytest.fixture
def loki() -> Iterator[Loki]:
    with running() as held:
        yield held


def connector(loki: Loki, **settings: Any) -> LokiConnector:
    given = {"use": "loki", "name": "logs", "url": loki.url, "query": '{namespace="shop"}', **settings}
    return LokiConnector(LokiConnector.Settings.model_validate(given), Http(30, lambda: WINDOW.end))


def read(loki: Loki, window: Window = WINDOW, **settings: Any) -> list[Any]:
    return list(connector(loki, **settings).logs(window))


def test_errors_are_told_by_template_and_the_rest_is_counted(loki: Loki) -> None:
    loki.lines = [
        line(),
        line("payment 12 failed", AT_NS + 61 * 10**9),
        line("started", level="info"),
        line("slow", level=""),
    ]
    shown, rest = read(loki)
    assert (shown.service, shown.level, shown.template, shown.count) == ("checkout", "error", "payment <*> failed", 2)
    assert shown.histogram == {MINUTE: 1, MINUTE + 1: 1} and shown.exemplars[0].text == "payment 4711 failed"
    assert shown.first == datetime(2026, 11, 24, 9, 24, 0, 123457, tzinfo=UTC)
    assert (rest.service, rest.template, rest.count) == ("checkout", "", 2)


def test_only_lines_of_the_levels_are_sent(loki: Loki) -> None:
    """The filter goes to Loki, with every spelling of the level."""
    loki.lines = [line(level="err"), line("b", level="FATAL"), line("c", level="info")]
    assert sorted(one.template for one in read(loki)) == ["", "b", "payment <*> failed"]
    assert read(loki, levels=["critical"])[0].template == "b"
    asked = [one["query"] for one in loki.asked if "limit" in one]
    assert all(query.startswith('{namespace="shop"} | detected_level=~`(?i)(') for query in asked)


def test_times_are_nanoseconds_as_strings_and_the_last_instant_is_left_out(loki: Loki) -> None:
    loki.lines = [line("a", START_NS), line("b", START_NS + 7200 * 10**9)]
    found = read(loki)
    assert [one.template for one in found] == ["a"] and found[0].histogram == {START_NS // 60 // 10**9: 1}
    assert loki.asked[-1]["start"] == str(START_NS) and loki.asked[-1]["end"] == str(START_NS + 7200 * 10**9)


def test_more_lines_than_an_answer_holds_come_whole_and_once(loki: Loki) -> None:
    loki.lines = [line(f"payment {number} failed", AT_NS + number * 1000) for number in range(777)]
    found = read(loki, limit=10)
    assert [one.count for one in found] == [777], "all under one template, none left to count"


def test_the_same_text_at_the_same_time_in_two_pods_is_two_lines(loki: Loki) -> None:
    loki.lines = [line(pod="a"), line(pod="b")]
    assert [one.count for one in read(loki)] == [2]


def test_an_instant_that_fills_the_limit_is_a_gap_and_its_lines_are_counted(loki: Loki) -> None:
    """Paging by the last time would ask for the same instant for ever."""
    loki.lines = [line(f"line {number}", pod=str(number)) for number in range(25)]
    found = read(loki, limit=10)
    assert sum(one.count for one in found if isinstance(one, LogSummary)) == 25
    assert [one.gap for one in found if isinstance(one, Notice)] == [True]


def test_a_server_that_allows_fewer_lines_is_asked_for_fewer(loki: Loki) -> None:
    loki.most, loki.lines = 100, [line(f"payment {number} failed", AT_NS + number * 1000) for number in range(250)]
    assert [one.count for one in read(loki)] == [250]


def test_a_long_window_is_asked_for_in_parts(loki: Loki) -> None:
    """Loki refuses 30d1h and more; a week has fewer minutes than a series may have points."""
    long = Window(WINDOW.start - timedelta(days=40), WINDOW.end)
    loki.lines = [line("a", START_NS - day * 86_400 * 10**9) for day in range(40)]
    found = read(loki, long)
    assert [(one.count, len(one.histogram)) for one in found] == [(40, 40)]


def test_a_server_that_allows_shorter_queries_only_is_asked_in_halves(loki: Loki) -> None:
    loki.longest, loki.lines = 1800 * 10**9, [line("a", START_NS + minute * 60 * 10**9) for minute in range(120)]
    assert [(one.count, len(one.histogram)) for one in read(loki)] == [(120, 120)]


def test_what_is_past_max_lines_is_counted_and_a_gap(loki: Loki) -> None:
    loki.lines = [line(f"payment {number} failed", AT_NS + number * 1000) for number in range(30)]
    shown, rest = (one for one in read(loki, max_lines=20) if isinstance(one, LogSummary))
    assert (shown.count, rest.count) == (20, 10)
    (notice,) = (one for one in read(loki, max_lines=20) if isinstance(one, Notice))
    assert notice.gap and "20 lines were fetched of 30" in notice.detail


def test_lines_without_a_level_are_a_gap_that_says_what_to_set(loki: Loki) -> None:
    loki.lines = [line("Error: refused", level=""), line("started", level="")]
    notice, counted = read(loki)
    assert notice.gap and "error_filter" in notice.detail and counted.count == 2
    shown, rest = read(loki, error_filter='|~ "(?i)error"')
    assert (shown.template, shown.level, rest.count) == ("Error: refused", "error", 1)


def test_services_come_from_the_label_else_from_the_setting(loki: Loki) -> None:
    loki.lines = [line(app="cart"), line("b", service_name="", app="")]
    assert {one.service for one in read(loki, service_label="app", service="shop")} == {"cart", "shop"}


def test_tenants_are_named_in_the_header(loki: Loki) -> None:
    read(loki, tenant="shop|ops")
    assert {sent["X-Scope-OrgID"] for sent in loki.headers} == {"shop|ops"}
    assert connector(loki, tenant="shop").identity != connector(loki).identity


def test_a_partial_answer_is_a_gap(loki: Loki) -> None:
    loki.lines, loki.warnings = [line()], ["maximum number of series (500) reached; returning partial results"]
    assert next(one.detail for one in read(loki) if isinstance(one, Notice) and one.gap).endswith("partial results")


@pytest.mark.parametrize(("status", "fix"), [(401, "set tenant"), (403, "right to read")])
def test_a_refusal_says_what_to_do(loki: Loki, status: int, fix: str) -> None:
    loki.status = status
    with pytest.raises(SourceError, match=fix):
        read(loki)


def test_check_says_how_many_lines_the_query_finds(loki: Loki) -> None:
    loki.lines = [line("a", START_NS + 7195 * 10**9)]
    assert [(one.ok, one.detail) for one in connector(loki).check()][1] == (True, "1 lines in the last 10 min")
    loki.lines = [line("a", START_NS + 7195 * 10**9, level="")]
    _, query, _ = connector(loki).check()
    assert not query.ok and "level_label" in query.fix


def test_doctor_says_how_far_back_lines_reach(loki: Loki) -> None:
    day = 86_400 * 10**9
    for days, told in ((10, START_NS - 10 * day), (29.9, None)):
        loki.lines = [line("old", START_NS - int(days * day)), line("new", START_NS)]
        found = {one.name: one.reaches for one in connector(loki).check()}
        assert found.get("retention") == (from_epoch(told) if told else None)
    loki.longest = 3600 * 10**9
    assert [one.name for one in connector(loki).check()] == ["labels", "query"], "queries of a month are not allowed"


@pytest.mark.parametrize("wrong", [{"query": "shop"}, {"levels": ["errors"]}])
def test_what_cannot_be_a_query_is_refused_at_once(wrong: dict[str, Any]) -> None:
    given = {"use": "loki", "name": "logs", "url": "http://loki:3100", "query": "{a=`b`}", **wrong}
    with pytest.raises(ValidationError):
        LokiConnector.Settings.model_validate(given)
