"""What a server may answer besides data: refusals, warnings, nonsense. Nothing of it may look like a quiet source."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses
import servers
from prometheus_past import WINDOW

from connectors.prometheus import PrometheusConnector
from connectors.prometheus.settings import PrometheusSettings
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Series
from pipeline.http import HttpError
from pipeline.incident import Window

URL = "https://prom.example/tenant"
API = f"{URL}/api/v1"
METRIC = {"name": "errors", "query": "errors_ratio"}
Connect = Callable[..., PrometheusConnector]
START = WINDOW.start.timestamp()


def answer(result: list[Any], **more: Any) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "matrix", "result": result}} | more


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def alert(first: float, last: float, **labels: str) -> dict[str, Any]:
    metric = {"__name__": "ALERTS", "alertstate": "firing"} | labels
    return {"metric": metric, "values": [[first + 15 * i, "1"] for i in range(int((last - first) // 15) + 1)]}


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    """Rules and retention as an ordinary Prometheus gives them; the rest is the test's."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/status/runtimeinfo", json={"status": "success", "data": {"storageRetention": "15d"}})
        mock.get(f"{API}/rules", json={"status": "success", "data": {"groups": []}})
        yield mock


def queries(server: responses.RequestsMock, path: str) -> list[dict[str, str]]:
    urls = [urlsplit(str(call.request.url)) for call in server.calls]
    return [{k: v[0] for k, v in parse_qs(url.query).items()} for url in urls if url.path.endswith(path)]


def test_alerts_are_asked_for_by_raw_range_selectors(server: responses.RequestsMock, connect: Connect) -> None:
    """Instant queries with a range selector at the piece's end: a range query would invent firing time."""
    server.get(f"{API}/query", json=answer([]))
    list(connect(URL, alert_selector={"team": "shop"}).events(WINDOW))
    asked = [(one["query"], float(one["time"])) for one in queries(server, "/query") if "ALERTS" in one["query"]]
    what, end = '{team="shop",alertname!="Watchdog"}[4200s]', START + 3900
    assert asked == [(f"ALERTS{what}", end), (f"ALERTS_FOR_STATE{what}", end)]
    assert queries(server, "/query_range") == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"token": "t0ken"}, ("Authorization", "Bearer t0ken")),
        ({"username": "ann", "password": "pw"}, ("Authorization", "Basic YW5uOnB3")),
        ({"headers": {"X-Scope-OrgID": "shop"}}, ("X-Scope-OrgID", "shop")),
    ],
)
def test_each_request_is_authenticated(
    server: responses.RequestsMock, connect: Connect, settings: dict[str, Any], expected: tuple[str, str]
) -> None:
    server.get(f"{API}/query", json=answer([]))
    list(connect(URL, **settings).events(WINDOW))
    name, value = expected
    assert {call.request.headers[name] for call in server.calls} == {value}
    assert len(server.calls) > 3


def test_each_request_has_a_timeout_and_the_stated_tls(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", json=answer([]))
    list(connect(URL, verify=False, client_cert="/c.pem", timeout=3).events(WINDOW))
    for call in server.calls:
        sent = call.request.req_kwargs
        assert (sent["timeout"], sent["verify"], sent["cert"]) == (3, False, "/c.pem")


def test_the_identity_and_the_links_hold_no_credentials(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", json=answer([alert(START + 60, START + 120, alertname="A")]))
    connector = connect("https://ann:pw@prom.example/tenant/")
    assert connector.identity == f"prometheus:{URL}"
    links = {one.url for one in connector.events(WINDOW) if isinstance(one, Event)}
    assert len(links) == 1
    assert links.pop().startswith(f"{URL}/graph?g0.expr=ALERTS%7Balertname%3D%22A%22%7D")


def test_a_link_of_ones_own(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", json=answer([alert(START + 60, START + 120, alertname="A")]))
    link = "https://grafana.example/explore?from={start_ms}&to={end_ms}&q={expr}"
    event = next(one for one in connect(URL, link=link).events(WINDOW) if isinstance(one, Event))
    assert f"from={START * 1000:.0f}&to={(START + 3600) * 1000:.0f}&q=ALERTS" in event.url


def test_a_link_with_an_unknown_place_is_refused() -> None:
    with pytest.raises(ValueError, match="none of: url, expr"):
        PrometheusSettings.model_validate({"use": "prometheus", "name": "p", "url": URL, "link": "{url}/{panel}"})


def test_a_passing_fault_is_retried(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", status=503)
    server.get(f"{API}/query", json=answer([alert(START + 60, START + 120, alertname="A")]))
    assert [one.moment for one in connect(URL).events(WINDOW) if isinstance(one, Event)] == ["fired", "resolved"]


def test_a_server_that_stays_unavailable_is_an_error(server: responses.RequestsMock, connect: Connect) -> None:
    """Not the library's own exception and not RetryError: the source's error, after three retries."""
    server.get(f"{API}/query_range", status=503, body="overloaded")
    server.get(f"{API}/query", json=answer([]))
    found = list(connect(URL, metrics=[METRIC]).series(WINDOW))
    (notice,) = (one for one in found if isinstance(one, Notice) and one.kind == "refused")
    assert notice.gap and "503 Service Unavailable: overloaded" in notice.detail
    assert len(queries(server, "/query_range")) == 4


def test_refused_credentials_end_it(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", status=401, body="Unauthorized")
    with pytest.raises(HttpError, match=r"HTTP 401 .*Check token"):
        list(connect(URL).events(WINDOW))
    with pytest.raises(HttpError, match=r"HTTP 401 .*Check token"):
        list(connect(URL, metrics=[METRIC]).series(WINDOW))


@pytest.mark.parametrize(
    "body", ['{"status": "succ', "<html>", "[]", '{"status": "success"}', '{"data": {"result": 1}}']
)
def test_nonsense_is_an_error(server: responses.RequestsMock, connect: Connect, body: str) -> None:
    server.get(f"{API}/query", body=body)
    with pytest.raises(SourceError, match=r"not one of the Prometheus API.*without /api/v1"):
        list(connect(URL).events(WINDOW))


@pytest.mark.parametrize("more", [{"warnings": ["store 2 is down"]}, {"isPartial": True}])
def test_a_partial_answer_is_a_gap(server: responses.RequestsMock, connect: Connect, more: dict[str, Any]) -> None:
    """The client library drops what Thanos (`warnings`) and VictoriaMetrics (`isPartial`) say of their answers."""
    server.get(f"{API}/query", body=_compact(answer([], **more)))
    server.get(f"{API}/query_range", body=_compact(answer([], **more)))
    connector = connect(URL, metrics=[METRIC])
    for records in (connector.events(WINDOW), connector.series(WINDOW)):
        (notice,) = (one for one in records if isinstance(one, Notice) and one.kind == "partial-answer")
        assert notice.gap
        assert ("store 2 is down" if "warnings" in more else "partial") in notice.detail


@pytest.mark.parametrize("status", [404, 500, 501])
def test_alerts_come_without_rules_too(server: responses.RequestsMock, connect: Connect, status: int) -> None:
    """VictoriaMetrics and Thanos' querier may have no rules endpoint."""
    server.replace(responses.GET, f"{API}/rules", status=status, body="unsupported path")
    server.get(f"{API}/query", json=answer([alert(START + 60, START + 120, alertname="A")]))
    records = list(connect(URL).events(WINDOW))
    assert [one.title for one in records if isinstance(one, Event)] == ["A", "A"]
    (notice,) = (one for one in records if isinstance(one, Notice))
    assert (notice.kind, notice.gap) == ("no-rules", False)


def refuse_long_ranges(most_s: int) -> Callable[[Any], tuple[int, dict[str, str], str]]:
    """A server whose sample limit lets a range selector reach this far."""

    def reply(request: Any) -> tuple[int, dict[str, str], str]:
        query = parse_qs(urlsplit(request.url).query)
        promql, end = query["query"][0], float(query["time"][0])
        reach = re.search(r"\[(\d+)s\]", promql)
        if reach is None:
            return 200, {}, _compact(answer([]))
        if int(reach[1]) > most_s:
            return 422, {}, '{"status":"error","error":"query processing would load too many samples into memory"}'
        inside = [t for t in range(int(START + 60), int(START + 3000), 15) if end - int(reach[1]) <= t <= end]
        found = alert(inside[0], inside[-1], alertname="A") if inside and promql.startswith("ALERTS{") else None
        return 200, {}, _compact(answer([found] if found else []))

    return reply


def test_a_refused_range_is_read_in_halves(server: responses.RequestsMock, connect: Connect) -> None:
    server.add_callback(responses.GET, f"{API}/query", refuse_long_ranges(1500))
    records = list(connect(URL).events(WINDOW))
    clocks = [one.at.timestamp() - START for one in records if isinstance(one, Event)]
    assert clocks == [60, 3000]
    assert not [one for one in records if isinstance(one, Notice) and one.gap]


def test_what_stays_refused_is_a_gap(server: responses.RequestsMock, connect: Connect) -> None:
    server.add_callback(responses.GET, f"{API}/query", refuse_long_ranges(10))
    notices = [one for one in connect(URL).events(WINDOW) if isinstance(one, Notice) and one.gap]
    span = "from 2026-03-10T13:55:00Z to 2026-03-10T15:05:00Z was refused"
    assert [one.kind for one in notices] == ["refused", "refused"]
    for metric, notice in zip(("ALERTS", "ALERTS_FOR_STATE"), notices, strict=True):
        assert f"{metric} {span}" in notice.detail and "too many samples" in notice.detail


def test_an_overloaded_server_is_not_asked_again_and_again(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(re.compile(r".*/query\?query=(count|prom).*"), json=answer([]))
    server.get(f"{API}/query", status=503, body="overloaded")
    with pytest.raises(HttpError, match="overloaded"):
        list(connect(URL).events(WINDOW))
    assert len([one for one in queries(server, "/query") if "ALERTS" in one["query"]]) == 4


def test_a_bad_selector_is_an_error(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(re.compile(r".*/query\?query=(count|prom).*"), json=answer([]))
    server.get(f"{API}/query", status=400, json={"status": "error", "error": "parse error: bad matcher"})
    with pytest.raises(HttpError, match="parse error: bad matcher"):
        list(connect(URL).events(WINDOW))


def test_no_query_asks_for_more_than_11_000_points(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", json=answer([]))
    server.get(f"{API}/query_range", json=answer([]))
    window = Window(WINDOW.start, WINDOW.start + timedelta(hours=4))
    list(connect(URL, metrics=[METRIC | {"step": 1}]).series(window))
    asked = [(float(one["start"]) - START, float(one["end"]) - START) for one in queries(server, "/query_range")]
    assert asked == [(0, 10_999), (11_000, 14_399)]


def test_a_server_with_a_lower_point_limit_is_asked_in_halves(server: responses.RequestsMock, connect: Connect) -> None:
    """VictoriaMetrics answers 422, and aligns to the step: the repeated edge is left out."""

    def reply(request: Any) -> tuple[int, dict[str, str], str]:
        query = {k: v[0] for k, v in parse_qs(urlsplit(request.url).query).items()}
        start, end, step = int(query["start"]), int(query["end"]), int(query["step"])
        if (end - start) // step + 1 > 100:
            return 422, {}, '{"status":"error","error":"too many points for the given step; cannot exceed 100"}'
        values = [[t, str(t % 97)] for t in range(start - step, end + 1, step)]
        return 200, {}, _compact(answer([{"metric": {"job": "x"}, "values": values}]))

    server.get(f"{API}/query", json=answer([]))
    server.add_callback(responses.GET, f"{API}/query_range", reply)
    (found,) = (one for one in connect(URL, metrics=[METRIC]).series(WINDOW) if isinstance(one, Series))
    times = [time.timestamp() for time, _ in found.points if time >= WINDOW.start]
    assert times == [START + 15 * i for i in range(240)]


@pytest.mark.parametrize(("hours", "stated", "step"), [(1, None, 15), (24, None, 87), (1, 2, 2), (0.01, None, 15)])
def test_the_step(
    server: responses.RequestsMock, connect: Connect, hours: float, stated: int | None, step: int
) -> None:
    """A thousandth of the window, at least 15 s, unless it is stated."""
    server.get(f"{API}/query", json=answer([]))
    server.get(f"{API}/query_range", json=answer([]))
    window = Window(WINDOW.start, WINDOW.start + timedelta(hours=hours))
    list(connect(URL, metrics=[METRIC | {"step": stated}]).series(window))
    assert {one["step"] for one in queries(server, "/query_range")} == {str(step)}


def test_a_window_older_than_what_is_kept_is_told_once(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", json=answer([]))
    server.get(f"{API}/query_range", json=answer([]))
    connector = connect(URL, now=lambda: WINDOW.end + timedelta(days=30), metrics=[METRIC])
    records = [*connector.events(WINDOW), *connector.series(WINDOW)]
    (notice,) = (one for one in records if isinstance(one, Notice) and one.kind == "retention")
    assert notice.gap and "2026-03-25T15:00:00Z" in notice.detail


def test_a_clock_that_differs_is_noticed(server: responses.RequestsMock, connect: Connect) -> None:
    now = datetime(2026, 3, 11, tzinfo=UTC)
    late = format_datetime(now - timedelta(seconds=30), usegmt=True)
    server.get(f"{API}/query", json=answer([]), headers={"Date": late})
    server.get(f"{API}/status/buildinfo", json={"data": {"version": "3.1.0"}}, headers={"Date": late})
    told = {check.name: check for check in connect(URL, now=lambda: now).check()}
    assert told["reachable"].detail == "version 3.1.0"
    assert not told["clock"].ok and "30 s behind" in told["clock"].detail


def test_a_check_of_a_server_without_buildinfo(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/status/buildinfo", status=404)
    server.get(f"{API}/query", json=answer([]))
    told = {check.name: check for check in connect(URL).check()}
    assert told["reachable"].ok and "tells no version" in told["reachable"].detail
    assert told["alerts"].ok and "check alert_selector" in told["alerts"].fix


def test_the_check_of_an_unreachable_server_stops_there(connect: Connect) -> None:
    (check,) = connect(f"http://127.0.0.1:{servers.free_port()}").check()
    assert (check.name, check.ok) == ("reachable", False)
    assert "refused" in check.detail and "the server runs" in check.fix


def test_an_unreachable_server_is_an_error(connect: Connect) -> None:
    with pytest.raises(SourceError, match="the connection was refused"):
        list(connect(f"http://127.0.0.1:{servers.free_port()}").events(WINDOW))


def test_a_dripping_server_does_not_pass_the_deadline(connect: Connect) -> None:
    """Also not through the client library, which mounts an adapter of its own over the session."""
    with servers.dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" ") as url:
        connector = connect(url, time_limit=0.4)
        with pytest.raises(SourceError, match=r"longer than the 0.4 s"):
            list(connector.events(WINDOW))


def test_a_quiet_window_is_said_to_be_quiet(server: responses.RequestsMock, connect: Connect) -> None:
    server.get(f"{API}/query", json=answer([]))
    (notice,) = connect(URL).events(WINDOW)
    assert (notice.kind, notice.gap) == ("no-alerts", False)  # type: ignore[union-attr]


def test_nothing_is_asked_where_nothing_is_wanted(server: responses.RequestsMock, connect: Connect) -> None:
    connector = connect(URL, alerts=False)
    assert [*connector.events(WINDOW), *connector.series(WINDOW)] == []
    assert len(server.calls) == 0
