"""Rate limits: the pause that a server asks for is kept, in whatever header it says so, and never past the bounds."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
import responses
import servers

from pipeline.http import Http, HttpError, HttpSettings
from pipeline.retries import PAUSE_MAX, pause

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://source.example.com/api"
IN_7_S = int(NOW.timestamp()) + 7


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The pauses that were made, none of which took any time."""
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=7), usegmt=True)}, 7),
        ({"ratelimit-reset": "7"}, 7),  # PagerDuty
        ({"X-Ratelimit-Reset": "7", "X-Ratelimit-Remaining": "0"}, 7),  # Datadog
        ({"X-RateLimit-Reset": str(IN_7_S)}, 7),  # GitHub, GitLab
        ({"X-RateLimit-Reset": str(IN_7_S * 1000)}, 7),  # LaunchDarkly
        ({"X-RateLimit-Reset": str(IN_7_S), "Retry-After": "2"}, 2),
        ({"X-RateLimit-Reset": str(IN_7_S + 90), "Date": format_datetime(NOW + timedelta(seconds=90))}, 7),
        ({"X-RateLimit-Reset": str(IN_7_S - 60)}, 0),
        ({"X-RateLimit-Reset": str(IN_7_S), "X-RateLimit-Remaining": "4000"}, None),
        ({"Retry-After": "soon", "Date": "today"}, None),
        ({}, None),
    ],
)
def test_the_pause_is_read_from_the_headers_of_the_vendors(headers, seconds):
    assert pause(429, headers, NOW) == seconds


def test_a_limit_that_is_not_used_up_is_no_reason_to_wait():
    """GitHub and others send these headers with every answer."""
    headers = {"X-RateLimit-Reset": str(IN_7_S), "X-RateLimit-Remaining": "12"}
    assert pause(503, headers, NOW) is pause(403, headers, NOW) is None
    assert pause(403, {**headers, "X-RateLimit-Remaining": "0"}, NOW) == 7


@pytest.mark.parametrize("status", [420, 429])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_waits_and_asks_again(slept, status, method):
    """A search is often a POST; what was refused for its rate was not done."""
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.command)
        handler.send_response(status if len(asked) == 1 else 200)
        handler.send_header("ratelimit-reset", "7")
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    with servers.serving(answer) as url:
        http = Http(60, lambda: NOW)
        assert http.json(http.session(HttpSettings(url=url)).request(method, url)) == {}
    assert asked == [method, method]
    assert slept == [7]


@pytest.mark.parametrize(("limit", "wanted"), [(3600, PAUSE_MAX + 1), (5, 6)])
@responses.activate
def test_a_pause_past_the_bounds_is_not_begun(slept, limit, wanted):
    responses.get(URL, status=429, headers={"Retry-After": str(wanted)})
    http = Http(limit, lambda: NOW)
    with pytest.raises(HttpError, match=f"HTTP 429 .*ask again in {wanted} s"):
        http.get(http.session(HttpSettings(url=URL)), URL)
    assert slept == [] and len(responses.calls) == 1


@responses.activate
def test_a_used_up_limit_is_told_apart_from_a_missing_right(slept):
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(IN_7_S + 3593)}
    responses.get(URL, status=403, headers=used_up, json={"message": "API rate limit exceeded"})
    http = Http(60, lambda: NOW)
    with pytest.raises(HttpError, match=r"HTTP 403 Forbidden: API rate limit exceeded\. Its rate limit .* 3600 s"):
        http.get(http.session(HttpSettings(url=URL)), URL)
    assert slept == []
