"""Every way in which a server can fail ends in a SourceError that says where, what, and how to mend it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import requests
import responses
import servers

from pipeline import http as http_module
from pipeline.errors import SourceError
from pipeline.http import Http, HttpError, HttpSettings

URL = "https://source.example"
SECRET = "s3cret"


def get(url: str = f"{URL}/api?key={SECRET}", limit: float = 30, **settings: object) -> object:
    http = Http(limit, lambda: datetime.now(UTC))
    checked = HttpSettings.model_validate({"url": url} | settings)
    return http.get(http.session(checked), url)


@pytest.mark.parametrize(
    ("status", "body", "what", "fix"),
    [
        (401, "Unauthorized", "HTTP 401 Unauthorized: Unauthorized.", "Check token, or username and password."),
        (403, "", "HTTP 403 Forbidden.", "Give this account the right to read, or use another one."),
        (404, "not here", "HTTP 404 Not Found: not here.", "Check the path in url."),
        (
            400,
            '{"error": "parse error"}',
            "HTTP 400 Bad Request: parse error.",
            "Check the request that is configured.",
        ),
        (
            502,
            "<html><title>Bad\n gateway</title>" + "<p>" * 400,
            "HTTP 502 Bad Gateway: Bad gateway.",
            "Look at the server's own log.",
        ),
        (500, '{"message": "boom"}', "HTTP 500 Internal Server Error: boom.", "Look at the server's own log."),
    ],
)
@responses.activate
def test_a_refusal_carries_the_servers_own_words(status: int, body: str, what: str, fix: str) -> None:
    responses.get(f"{URL}/api", body=body, status=status)
    with pytest.raises(HttpError) as refused:
        get()
    assert (refused.value.status, refused.value.what, refused.value.fix) == (status, what, fix)
    assert refused.value.where == f"{URL}/api"


@responses.activate
def test_no_secret_of_the_address_gets_into_an_error() -> None:
    responses.get(f"{URL}/api", status=404)
    with pytest.raises(SourceError) as refused:
        get(f"https://user:{SECRET}@source.example/api?key={SECRET}")
    assert SECRET not in str(refused.value)
    assert "source.example/api" in str(refused.value)


@pytest.mark.parametrize("body", ["<html>log in</html>", '{"cut": ', ""])
@responses.activate
def test_an_answer_that_is_no_json_is_quoted(body: str) -> None:
    responses.get(f"{URL}/api", body=body, content_type="text/html")
    with pytest.raises(SourceError, match=r"not JSON \(text/html\).*Check that the address is the API"):
        get()


def test_a_refused_connection_says_so_at_once() -> None:
    with pytest.raises(SourceError, match="the connection was refused"):
        get(f"http://127.0.0.1:{servers.free_port()}/")


def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(SourceError, match="host name cannot be resolved"):
        get("http://nowhere.invalid/")


@pytest.mark.parametrize(
    ("raised", "what"),
    [
        (requests.exceptions.SSLError("self-signed certificate"), "TLS failed: self-signed certificate"),
        (requests.exceptions.ProxyError("tunnel"), "the proxy failed: tunnel"),
        (requests.exceptions.ReadTimeout("slow"), "no answer within 30 s"),
        (requests.exceptions.RetryError("too many 503 error responses"), "the request failed: too many 503"),
        (requests.exceptions.TooManyRedirects("30 redirects"), "the request failed: 30 redirects"),
    ],
)
@responses.activate
def test_what_requests_raises_becomes_a_source_error(raised: Exception, what: str) -> None:
    responses.get(f"{URL}/api", body=raised)
    with pytest.raises(SourceError, match=what):
        get()


def test_an_address_that_cannot_be_asked() -> None:
    with pytest.raises(SourceError, match="cannot be used") as refused:
        get(f"http://{'x' * 64}.example/?key={SECRET}")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("target", ["http://[bad", "ftp://127.0.0.1/"])
def test_a_redirect_to_nowhere(target: str) -> None:
    def redirect(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    with servers.serving(redirect) as url, pytest.raises(SourceError, match="cannot be used"):
        get(url)


def test_a_missing_certificate_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.pem.*Check ca_file, client_cert and client_key"):
        get("https://127.0.0.1:1/", ca_file=tmp_path / "absent.pem")


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("start", "part"),
    [
        pytest.param(HEAD + b"Content-Length: 9999\r\n\r\n", b"1", id="body of a stated length"),
        pytest.param(HEAD + b"\r\n", b"1", id="body until the connection closes"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n", id="chunked body"),
        pytest.param(HEAD + b"X-Slow: ", b"1", id="headers"),
    ],
)
def test_a_dripping_server_does_not_pass_the_deadline(start: bytes, part: bytes, dripping: Callable[..., str]) -> None:
    http = Http(0.4, lambda: datetime.now(UTC))
    url, began = dripping(start, part), time.monotonic()
    with pytest.raises(SourceError, match=r"longer than the 0.4 s that this source may take.*Raise time_limit"):
        http.get(http.session(HttpSettings(url=url)), url)
    assert http.remaining() == 0
    assert time.monotonic() - began < 5  # cut, not waited for: the server would go on for 20 s


def test_a_connection_is_waited_for_no_longer_than_the_deadline() -> None:
    """urllib3 gives each retry the first one's timeout: at the end of the time it would be too long."""
    http = Http(2, lambda: datetime.now(UTC))
    with servers.serving(lambda _: None) as url:
        adapter = http.session(HttpSettings(url=url)).get_adapter(url)
        connection = adapter.poolmanager.connection_from_url(url)._new_conn()  # type: ignore[attr-defined]
        connection.timeout = 30
        connection.connect()
        assert 0 < connection.sock.gettimeout() <= 2
        connection.close()


def test_after_the_deadline_nothing_more_is_asked() -> None:
    with pytest.raises(SourceError, match="longer than the 0 s"):
        get(f"http://127.0.0.1:{servers.free_port()}/", limit=0)


@responses.activate
def test_a_body_beyond_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MAX_BODY", 2**20)
    responses.get(f"{URL}/api", body=b" " * (2**20 + 1))
    with pytest.raises(SourceError, match=r"larger than 1 MB.*a shorter window"):
        get()
