"""Alerts of Jira Service Management Operations, and what their logs and notes tell."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsm_stub import CREATED, Jsm, alert, log, note, running

from connectors.jsm import JsmConnector, api
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def jsm() -> Iterator[Jsm]:
    with running() as held:
        yield held


def connector(held: Jsm, **settings: Any) -> JsmConnector:
    given = {"use": "jsm", "name": "ops", "url": held.url, "cloud_id": "cloud-1", **settings}
    return JsmConnector(JsmConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(held: Jsm, **settings: Any) -> list[Any]:
    return list(connector(held, **settings).events(WINDOW))


def test_an_episode_with_its_three_moments(jsm: Jsm) -> None:
    moments = {"ackTime": "2026-11-24T09:30:00Z", "closeTime": "2026-11-24T10:05:00Z"}
    jsm.alerts = [alert(**moments, acknowledgedBy="bo@example.com")]
    fired, acknowledged, resolved = found = read(jsm)
    assert [one.moment for one in found] == ["fired", "acknowledged", "resolved"]
    assert {(one.native_id, one.episode) for one in found} == {("alert a1", datetime.fromisoformat(CREATED))}
    assert (fired.kind, fired.title, fired.service, fired.severity) == ("alert", "Cart errors", "cart-prod", "critical")
    assert (acknowledged.at.minute, acknowledged.actor_role) == (30, "login:bo@example.com")
    assert resolved.at == NOW.replace(hour=10, minute=5)
    assert (fired.labels["alias"], fired.labels["number"], fired.labels["count"]) == ("cart-errors", "1", "3")


def test_times_as_opsgenie_had_them_are_milliseconds_from_the_beginning(jsm: Jsm) -> None:
    jsm.alerts = [alert(report={"ackTime": 15_000, "closeTime": 60_000, "closedBy": "alice@example.com"})]
    fired, acknowledged, resolved = read(jsm)
    assert acknowledged.at - fired.at == timedelta(seconds=15) and resolved.at - fired.at == timedelta(minutes=1)


def test_the_log_tells_what_the_alert_does_not(jsm: Jsm) -> None:
    jsm.alerts = [alert()]
    jsm.logs = {"a1": [
        log("Alert created via API"), log("Viewed on [web]"), log("Alert acknowledged via web"),
        log("Alert unacknowledged via web"), log("Escalated to next level of [Shop escalation]", owner="System"),
        log("Alert closed via web", "2026-11-24T10:00:00Z"),
    ]}  # fmt: skip
    told = [(one.kind, one.moment, one.title) for one in read(jsm)]
    assert told == [
        ("alert", "fired", "Cart errors"), ("alert", "acknowledged", "Cart errors"),
        ("action", "changed", "No longer acknowledged: Cart errors"), ("action", "changed", "Escalated: Cart errors"),
        ("alert", "resolved", "Cart errors"),
    ]  # fmt: skip
    assert [one.actor_role for one in read(jsm) if one.kind == "action"] == ["login:alice@example.com", ""]
    assert len(read(jsm, logs=False)) == 1


def test_what_the_alert_tells_itself_comes_once(jsm: Jsm) -> None:
    jsm.alerts = [alert(ackTime="2026-11-24T09:30:00Z", closeTime="2026-11-24T10:00:00Z")]
    jsm.logs = {"a1": [log("Alert acknowledged via web"), log("Alert closed via web", "2026-11-24T10:00:00Z")]}
    assert [one.moment for one in read(jsm)] == ["fired", "acknowledged", "resolved"]


def test_entries_as_opsgenie_named_them_are_read_too(jsm: Jsm) -> None:
    jsm.alerts = [alert()]
    jsm.logs = {"a1": [{"log": "Alert acknowledged via web", "createdAt": "2026-11-24T09:31:00Z", "owner": "a@b.de"}]}
    assert [one.at.minute for one in read(jsm) if one.moment == "acknowledged"] == [31]


def test_notes_are_messages(jsm: Jsm) -> None:
    jsm.alerts, jsm.notes = [alert()], {"a1": [note(), note("")]}
    _, said = read(jsm)
    assert (said.kind, said.moment, said.title) == ("message", "posted", "Looking at the database")
    assert said.actor_role == "login:alice@example.com" and said.service == "cart-prod" and said.severity == ""


def test_services_by_tag_and_glob(jsm: Jsm) -> None:
    jsm.alerts = [alert(1, tags=["service:basket"]), alert(2), alert(3, entity="", integrationName="Shop probes")]
    told = {one.native_id: one.service for one in read(jsm, services={"cart-*": "cart", "Shop *": "shop"})}
    assert told == {"alert a1": "basket", "alert a2": "cart", "alert a3": "shop"}


def test_alerts_that_began_before_are_read_and_their_logs_where_they_went_on(jsm: Jsm) -> None:
    jsm.alerts = [
        alert(1, "2026-11-24T03:00:00Z", closeTime="2026-11-24T04:00:00Z"), alert(2, "2026-11-24T03:00:00Z"),
        alert(3, "2026-11-20T03:00:00Z"),
    ]  # fmt: skip
    assert {one.native_id for one in read(jsm)} == {"alert a1", "alert a2"}
    logs = {path.split("/")[-2] for path, _ in jsm.asked if path.endswith("/logs")}
    assert logs == {"a2"}


def test_a_search_narrows_the_alerts(jsm: Jsm) -> None:
    read(jsm, query="teams:Shop OR teams:Pay")
    assert jsm.asked[0][1]["query"].startswith("(teams:Shop OR teams:Pay) AND createdAt >= ")


def test_more_than_a_search_gives_is_asked_for_in_halves(jsm: Jsm, monkeypatch: pytest.MonkeyPatch) -> None:
    jsm.cap = 300
    monkeypatch.setattr(api, "CAP", 300)
    at = lambda number: (WINDOW.start + timedelta(seconds=7 * number)).isoformat()  # noqa: E731
    jsm.alerts = [alert(number, at(number)) for number in range(1000)]
    found = read(jsm, logs=False, notes=False)
    assert len(found) == 1000 == len({one.native_id for one in found})


def test_one_second_that_alone_has_more_is_a_gap(jsm: Jsm, monkeypatch: pytest.MonkeyPatch) -> None:
    jsm.cap = 100
    monkeypatch.setattr(api, "CAP", 100)
    jsm.alerts = [alert(number) for number in range(101)]
    assert [one.gap for one in read(jsm, logs=False, notes=False) if isinstance(one, Notice)] == [True]


def test_a_server_that_does_not_keep_to_the_query_is_left_in_time(jsm: Jsm) -> None:
    jsm.deaf = True
    jsm.alerts = [alert(number, (NOW - timedelta(hours=number)).isoformat()) for number in range(2000)]
    assert len(read(jsm, logs=False, notes=False)) == 100 and len(jsm.asked) == 1


def test_long_logs_come_whole(jsm: Jsm) -> None:
    jsm.alerts = [alert()]
    jsm.logs = {"a1": [log("Snoozed", f"2026-11-24T09:{n // 60:02}:{n % 60:02}Z") for n in range(250)]}
    assert len([one for one in read(jsm) if one.kind == "action"]) == 250


def test_notes_that_may_not_be_read_are_a_gap(jsm: Jsm) -> None:
    jsm.alerts, jsm.refuse = [alert()], {"notes": 403}
    fired, gap = read(jsm)
    assert isinstance(fired, Event) and isinstance(gap, Notice) and gap.gap and "notes of alert 1" in gap.detail


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(jsm: Jsm) -> None:
    jsm.alerts, jsm.notes = [alert(1), {"id": "a2", "createdAt": CREATED}], {"a1": [note(), {"id": "n2", "note": "x"}]}
    rejected = [one.where for one in read(jsm) if isinstance(one, Rejected)]
    assert rejected == ["alert a2", "notes of alert a1"]


def test_an_account_s_api_token_is_its_password(jsm: Jsm) -> None:
    read(jsm, username="befell@example.com", password="t0ken")
    told = jsm.headers[0]["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(told) == b"befell@example.com:t0ken"


@pytest.mark.parametrize(("status", "fix"), [(401, "read:ops-alert"), (403, "to operations"), (404, "tenant_info")])
def test_a_refusal_says_what_to_do(jsm: Jsm, status: int, fix: str) -> None:
    jsm.refuse = {"alerts": status}
    with pytest.raises(SourceError, match=fix):
        read(jsm)
