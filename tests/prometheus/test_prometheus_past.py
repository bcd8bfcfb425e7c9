"""A past incident in a real Prometheus: which alert episodes and which series come out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_past import DAY, WINDOW, at

from connectors.prometheus import PrometheusConnector, alerts
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Series
from pipeline.incident import Window
from pipeline.times import rfc3339

pytestmark = pytest.mark.real
Connect = Callable[..., PrometheusConnector]


@pytest.fixture
def read(past_prometheus: str, connect: Connect) -> Callable[..., list[Any]]:
    return lambda window=WINDOW, **settings: list(connect(past_prometheus, **settings).events(window))


def episodes(records: list[Any], title: str) -> list[tuple[str, str]]:
    return [(f"{one.at:%H:%M:%S}", one.moment) for one in records if isinstance(one, Event) and one.title == title]


def fired(records: list[Any], title: str) -> Event:
    return next(one for one in records if isinstance(one, Event) and one.title == title)


def test_an_episode_has_three_times(read: Callable[..., list[Any]]) -> None:
    """Active when the condition first held, fired when its `for` ran out, resolved one evaluation after the last."""
    records = read()
    assert episodes(records, "CheckoutErrors on checkout") == [("14:12:03", "fired"), ("14:20:18", "resolved")]
    first, last = (one for one in records if isinstance(one, Event) and one.service == "checkout")
    assert first.active_since == first.episode == last.episode == at("14:10:03")
    assert first.native_id == last.native_id == alerts.fingerprint(first.labels)
    assert (first.precision_s, last.precision_s) == (0, 15)
    assert (first.service, first.severity, first.labels["severity"]) == ("checkout", "critical", "page")
    assert "ALERTS" in first.url and "CheckoutErrors" in first.url


def test_flapping_gives_an_episode_for_each_change_of_active_since(read: Callable[..., list[Any]]) -> None:
    """The second pause is one evaluation long: no gap in the samples would show it."""
    assert episodes(read(), "QueueLag on queue") == [
        ("14:30:03", "fired"), ("14:31:18", "resolved"),
        ("14:31:33", "fired"), ("14:32:48", "resolved"),
        ("14:40:03", "fired"), ("14:41:18", "resolved"),
    ]  # fmt: skip


def test_a_gap_separates_episodes_where_active_since_is_unknown(read: Callable[..., list[Any]]) -> None:
    records = read()
    clocks = [clock for clock, _ in episodes(records, "Legacy on old:1")]
    assert clocks == ["14:02:03", "14:03:18", "14:45:03", "14:46:18"]
    legacy = fired(records, "Legacy on old:1")
    assert (legacy.active_since, legacy.episode) == (None, legacy.at)


def test_an_alert_shorter_than_a_minute_is_not_missed(read: Callable[..., list[Any]]) -> None:
    assert episodes(read(), "Blip on web") == [("14:25:03", "fired"), ("14:25:18", "resolved")]


def test_two_services_with_the_same_alert_are_two_alerts(read: Callable[..., list[Any]]) -> None:
    records = read()
    web, api = fired(records, "HighLatency on web"), fired(records, "HighLatency on api")
    assert web.native_id != api.native_id
    assert (web.at, api.at) == (at("14:12:03"), at("14:12:18"))


def test_an_alert_that_fired_before_the_window_says_so(read: Callable[..., list[Any]]) -> None:
    records = read()
    assert episodes(records, "CacheCold on cache") == [("14:00:03", "fired"), ("14:05:18", "resolved")]
    cold = fired(records, "CacheCold on cache")
    assert cold.active_since == at("13:30:03")
    assert cold.body == "Already firing when the window begins."


def test_an_alert_that_fires_on_is_not_resolved(read: Callable[..., list[Any]]) -> None:
    records = read()
    assert episodes(records, "PaymentsDown on payments") == [("14:50:03", "fired")]
    assert fired(records, "PaymentsDown on payments").body == "Still firing when the window ends."


def test_what_never_fired_is_counted_not_shown(read: Callable[..., list[Any]]) -> None:
    notices = [one for one in read() if isinstance(one, Notice)]
    assert [(one.kind, one.gap) for one in notices] == [("pending-alerts", False)]
    assert "1 alert episode(s) were pending and never fired" in notices[0].detail
    assert "DiskFilling" in notices[0].detail


def test_watchdog_and_what_ended_before_are_left_out(read: Callable[..., list[Any]]) -> None:
    names = {one.labels["alertname"] for one in read() if isinstance(one, Event)}
    assert names == {
        "Blip", "CacheCold", "CheckoutErrors", "HighLatency", "Legacy", "PaymentsDown", "QueueLag",
    }  # fmt: skip
    assert "Watchdog" in {one.labels["alertname"] for one in read(ignore_alerts=[]) if isinstance(one, Event)}


def test_matchers_narrow_the_alerts(read: Callable[..., list[Any]]) -> None:
    names = [one.title for one in read(alert_selector={"severity": "=~page|critical", "service": "!=payments"})]
    assert names == ["CheckoutErrors on checkout"] * 2


def test_a_selector_with_a_quote_is_escaped(read: Callable[..., list[Any]]) -> None:
    (notice,) = read(alert_selector={"service": 'a"} or ALERTS{x="\\'})
    assert notice.kind == "no-alerts"


def test_reading_in_pieces_gives_the_same(read: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read()
    monkeypatch.setattr(alerts, "CHUNK_S", 7 * 60)
    assert read() == whole


def test_a_stated_stale_after_joins_what_a_gap_would_separate(read: Callable[..., list[Any]]) -> None:
    records = read(stale_after=3600)
    assert [clock for clock, moment in episodes(records, "Legacy on old:1") if moment == "fired"] == ["14:02:03"]
    flaps = [clock for clock, moment in episodes(records, "QueueLag on queue") if moment == "fired"]
    assert len(flaps) == 3, "a change of active_since still separates"


def series(past_prometheus: str, connect: Connect, window: Window, **metric: Any) -> list[Any]:
    return list(connect(past_prometheus, metrics=[{"name": "it"} | metric]).series(window))


def test_more_than_11_000_points_come_whole_and_once(past_prometheus: str, connect: Connect) -> None:
    window = Window(DAY.replace(hour=12), DAY.replace(hour=16))
    (found,) = series(past_prometheus, connect, window, query="errors_ratio", step=1, unit="ratio", objective=0.01)
    assert isinstance(found, Series)
    seconds = [int(time.timestamp()) for time, _ in found.points]
    assert seconds == list(range(int(window.start.timestamp()), int(window.end.timestamp())))
    assert all(value == second % 7 / 100 for second, (_, value) in zip(seconds, found.points, strict=True))
    assert (found.name, found.service, found.unit, found.objective) == ("it", "checkout", "ratio", 0.01)


def test_a_window_between_whole_seconds_is_not_left(past_prometheus: str, connect: Connect) -> None:
    window = Window(at("14:00:00") + timedelta(milliseconds=400), at("14:00:10") + timedelta(milliseconds=600))
    (found,) = series(past_prometheus, connect, window, query="errors_ratio", step=1)
    assert [f"{time:%S}" for time, _ in found.points] == [f"{second:02}" for second in range(1, 11)]


def test_each_result_is_a_series_named_by_what_tells_it_apart(past_prometheus: str, connect: Connect) -> None:
    found = series(past_prometheus, connect, WINDOW, query='pods{pod=~"p0[12]"}')
    assert [one.name for one in found] == ['it {pod="p01"}', 'it {pod="p02"}']


@pytest.mark.parametrize(("bad", "kept"), [("up", range(5, 25)), ("down", range(20))])
def test_the_worst_twenty_are_kept(past_prometheus: str, connect: Connect, bad: str, kept: range) -> None:
    notice, *found = series(past_prometheus, connect, WINDOW, query="pods", bad=bad)
    assert [one.name for one in found] == [f'it {{pod="p{number:02}"}}' for number in kept]
    assert (notice.kind, notice.gap) == ("many-series", True)
    assert "25 series" in notice.detail


@pytest.mark.parametrize("query", ["nothing_of_that_name", "odd"])
def test_no_finite_value_is_said(past_prometheus: str, connect: Connect, query: str) -> None:
    (notice,) = series(past_prometheus, connect, WINDOW, query=query)
    assert (notice.kind, notice.gap) == ("empty-metric", False)
    assert query in notice.detail


def test_a_bad_query_is_a_gap_and_the_others_still_come(past_prometheus: str, connect: Connect) -> None:
    metrics = [{"name": "bad", "query": "sum("}, {"name": "good", "query": "errors_ratio"}]
    notice, found = connect(past_prometheus, metrics=metrics).series(WINDOW)
    assert isinstance(notice, Notice) and notice.gap
    assert "bad was refused" in notice.detail and "unclosed left parenthesis" in notice.detail
    assert isinstance(found, Series) and found.name == "good"


def test_a_window_older_than_the_retention_is_a_gap(past_prometheus: str, connect: Connect) -> None:
    """The server keeps ten years; in 2037 the incident is older."""
    first, *_ = connect(past_prometheus, now=lambda: datetime(2037, 1, 1, tzinfo=UTC)).events(WINDOW)
    assert isinstance(first, Notice)
    assert (first.kind, first.gap) == ("retention", True)
    assert "samples begin at 2027-01-04" in first.detail


def test_the_check_names_what_is_well_and_what_is_not(past_prometheus: str, connect: Connect) -> None:
    metrics = [{"name": "bad", "query": "sum("}, {"name": "good", "query": "errors_ratio"}]
    told = {check.name: check for check in connect(past_prometheus, metrics=metrics).check()}
    assert list(told) == ["reachable", "clock", "retention", "alerts", "metric bad", "metric good"]
    assert told["reachable"].ok and told["reachable"].detail.startswith("version 2.")
    assert told["retention"].detail == f"samples reach back to {rfc3339(DAY - timedelta(days=3649))}"
    assert told["retention"].reaches == DAY - timedelta(days=3649)
    assert told["alerts"].ok and "14 alert series" in told["alerts"].detail
    assert not told["metric bad"].ok and "parse error" in told["metric bad"].detail
    assert told["metric good"].ok


def test_a_wrong_path_is_an_error_with_a_remedy(past_prometheus: str, connect: Connect) -> None:
    with pytest.raises(SourceError, match="Check the path in url"):
        list(connect(f"{past_prometheus}/api/v1").events(WINDOW))
