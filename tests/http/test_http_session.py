"""How a session authenticates, retries, and notices that clocks differ."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.http import Http, HttpError, HttpSettings, safe_url

URL = "https://source.example"
NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


def ask(http: Http, **settings: Any) -> Any:
    return http.get(http.session(HttpSettings.model_validate({"url": URL} | settings)), URL)


@pytest.fixture
def http() -> Http:
    return Http(30, lambda: NOW)


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"token": "t0ken"}, {"Authorization": "Bearer t0ken"}),
        ({"username": "ann", "password": "pä:ss"}, {"Authorization": basic("ann:pä:ss")}),
        ({"url": "https://ann:p%40ss@source.example"}, {"Authorization": basic("ann:p@ss")}),
        ({"headers": {"X-Scope-OrgID": "shop"}}, {"X-Scope-OrgID": "shop"}),
    ],
)
@responses.activate
def test_authentication(http: Http, settings: dict[str, Any], expected: dict[str, str]) -> None:
    responses.get(URL, json={})
    ask(http, **settings)
    sent = responses.calls[0].request.headers
    assert {name: sent[name] for name in expected} == expected


@responses.activate
def test_a_redirect_to_another_host_takes_no_secret_along(http: Http) -> None:
    responses.get(URL, status=302, headers={"Location": "https://elsewhere.example/"})
    responses.get("https://elsewhere.example/", json={})
    ask(http, token="t0ken", headers={"X-Api-Key": "key"})
    assert {"Authorization", "X-Api-Key"} <= responses.calls[0].request.headers.keys()
    assert not {"Authorization", "X-Api-Key"} & responses.calls[1].request.headers.keys()


@pytest.mark.parametrize(
    ("settings", "verify", "cert"),
    [
        ({}, True, None),
        ({"verify": False}, False, None),
        ({"ca_file": "ca.pem"}, "/etc/befell/ca.pem", None),
        ({"client_cert": "/c.pem"}, True, "/c.pem"),
        ({"client_cert": "/c.pem", "client_key": "/c.key"}, True, ("/c.pem", "/c.key")),
    ],
)
@responses.activate
def test_tls_settings(
    http: Http, settings: dict[str, Any], verify: Any, cert: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path is relative to the configuration file."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    responses.get(URL, json={})
    checked = HttpSettings.model_validate({"url": URL} | settings, context={"base": Path("/etc/befell")})
    http.get(http.session(checked), URL)
    sent = responses.calls[0].request.req_kwargs
    assert (sent["verify"], sent["cert"]) == (verify, cert)


@responses.activate
def test_a_request_waits_no_longer_than_the_source_may_take() -> None:
    responses.get(URL, json={})
    ask(Http(30, lambda: NOW), timeout=4)
    ask(Http(3, lambda: NOW), timeout=4)
    first, second = (call.request.req_kwargs["timeout"] for call in responses.calls)
    assert first == 4
    assert 0 < second <= 3


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@responses.activate
def test_a_passing_fault_is_retried(http: Http, status: int) -> None:
    for _ in range(3):
        responses.get(URL, status=status)
    responses.get(URL, json={"data": 1})
    assert ask(http) == {"data": 1}


@responses.activate
def test_a_lasting_fault_is_told_after_three_retries(http: Http) -> None:
    responses.get(URL, status=503, body="warming up")
    with pytest.raises(HttpError, match="HTTP 503 Service Unavailable: warming up"):
        ask(http)
    assert len(responses.calls) == 4


@responses.activate
def test_a_post_is_not_retried(http: Http) -> None:
    responses.post(URL, status=503)
    with pytest.raises(HttpError):
        http.session(HttpSettings(url=URL)).post(URL)
    assert len(responses.calls) == 1


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (NOW + timedelta(seconds=90), "is 90 s ahead of this machine's"),
        (NOW - timedelta(seconds=90), "is 90 s behind this machine's"),
        (NOW + timedelta(seconds=4), None),
    ],
)
@responses.activate
def test_a_clock_that_differs_is_noticed_once_a_host(http: Http, date: datetime, said: str | None) -> None:
    responses.get(URL, json={}, headers={"Date": format_datetime(date, usegmt=True)})
    ask(http)
    ask(http)
    assert [said in notice.detail for notice in http.notices if said] == ([True] if said else [])
    assert all(notice.kind == "clock-skew" and not notice.gap for notice in http.notices)
    assert said or not http.notices


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 10 Mar 2026 14:00:00 -0000"])
@responses.activate
def test_a_date_that_cannot_be_read_says_nothing(http: Http, date: str) -> None:
    responses.get(URL, json={}, headers={"Date": date})
    ask(http)
    assert http.notices == []


@responses.activate
def test_a_cached_answer_is_not_taken_for_a_slow_clock(http: Http) -> None:
    old = format_datetime(NOW - timedelta(seconds=600), usegmt=True)
    responses.get(URL, json={}, headers={"Date": old, "Age": "600"})
    ask(http)
    assert http.notices == []


@pytest.mark.parametrize("url", ["source.example", "ftp://source.example", "https://", "http://host:port", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        HttpSettings(url=url)


def test_two_ways_to_authenticate_are_one_too_many() -> None:
    with pytest.raises(ValidationError, match="not both"):
        HttpSettings.model_validate({"url": URL, "token": "t", "username": "ann"})


def test_settings_do_not_show_their_secrets() -> None:
    settings = HttpSettings.model_validate({"url": URL, "token": "s3cret", "headers": {"X-Key": "s3cret"}})
    assert "s3cret" not in repr(settings)


@given(user=st.text("abc%", min_size=1), password=st.text("xyz:@/?#"), path=st.text("abc/"), query=st.text("abc=&"))
def test_a_safe_address_has_neither_credentials_nor_query(user: str, password: str, path: str, query: str) -> None:
    url = f"https://{quote(user)}:{quote(password, safe='')}@source.example/{path}?{query}#{query}"
    assert safe_url(url) == f"https://source.example/{path}"
