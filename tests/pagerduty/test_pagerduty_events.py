"""What PagerDuty's log entries, alerts, notes and change events say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pagerduty_stub import OPENED, Pagerduty, alert, change, entry, incident, note, running

from connectors.pagerduty import PagerdutyConnector, api
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def pagerduty() -> Iterator[Pagerduty]:
    with running(Pagerduty(services={"PCART1": "Cart production"})) as held:
        yield held


def connector(held: Pagerduty, **settings: Any) -> PagerdutyConnector:
    given = {"use": "pagerduty", "name": "pager", "url": held.url, "token": "t0ken", **settings}
    return PagerdutyConnector(PagerdutyConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(held: Pagerduty, window: Window = WINDOW, **settings: Any) -> list[Any]:
    return list(connector(held, **settings).events(window))


def events(found: list[Any]) -> list[Event]:
    return [one for one in found if isinstance(one, Event)]


def test_a_page_from_trigger_to_resolve(pagerduty: Pagerduty) -> None:
    pagerduty.entries = [
        entry(), entry("R2", "acknowledge", "2026-11-24T09:27:10Z"), entry("R3", "resolve", "2026-11-24T10:05:00Z"),
    ]  # fmt: skip
    resolved, acknowledged, fired = read(pagerduty)
    assert [one.moment for one in (fired, acknowledged, resolved)] == ["fired", "acknowledged", "resolved"]
    assert {one.native_id for one in (fired, acknowledged, resolved)} == {"PINC1"}
    assert {one.episode for one in (fired, acknowledged, resolved)} == {datetime(2026, 11, 24, 9, 24, tzinfo=UTC)}
    assert (fired.kind, fired.title, fired.service) == ("page", "Cart errors", "Cart production")
    assert (fired.severity, fired.labels["urgency"]) == ("error", "high")
    assert acknowledged.url == "https://shop.pagerduty.com/log_entries/R2"


def test_people_are_told_by_login_only(pagerduty: Pagerduty) -> None:
    """The summaries of log entries name people."""
    pagerduty.entries = [entry("R2", "acknowledge"), entry("R3", "escalate"), entry("R4", "reach_ack_limit")]
    pagerduty.notes = {"PINC1": [note()]}
    found = events(read(pagerduty))
    assert {one.actor_role for one in found} == {"login:Alice Adams", ""}
    assert "Alice" not in str([(one.title, one.body, one.labels) for one in found])


def test_what_else_happens_to_an_incident_is_an_action(pagerduty: Pagerduty) -> None:
    pagerduty.entries = [
        entry("R2", "escalate"), entry("R3", "unacknowledge"),
        entry("R4", "field_value_change", changeset=["Updated priority to P1"]), entry("R5", "priority_change"),
    ]  # fmt: skip
    found = {one.labels["type"]: one for one in read(pagerduty)}
    assert {(one.kind, one.moment) for one in found.values()} == {("action", "changed")}
    assert found["escalate"].title == "Escalated: Cart errors"
    assert found["unacknowledge"].title == "No longer acknowledged: Cart errors"
    assert found["field_value_change"].title == "Field value change: Cart errors"
    assert found["field_value_change"].body == "Updated priority to P1"


def test_entries_are_chosen_by_type(pagerduty: Pagerduty) -> None:
    pagerduty.entries = [entry(), entry("R2", "notify"), entry("R3", "assign"), entry("R4", "annotate")]
    types = lambda **settings: sorted(one.labels["type"] for one in read(pagerduty, **settings))  # noqa: E731
    assert types() == ["trigger"]
    assert types(entries=["*"]) == ["assign", "notify", "trigger"], "an annotation is a note, which is read anyway"
    assert types(entries=["annotate"], notes=False) == ["annotate"]


def test_a_second_trigger_of_one_incident_is_an_episode_of_its_own(pagerduty: Pagerduty) -> None:
    """Its id does not depend on what comes later: ids of evidence stay."""
    again = entry("R9", "trigger", "2026-11-24T09:40:00Z", event_details={"description": "CartSlow"})
    pagerduty.entries = [entry(), again]
    second, first = read(pagerduty)
    assert (first.native_id, second.native_id) == ("PINC1", "PINC1 R9")
    assert second.episode == second.at != first.episode and second.body == "CartSlow"


def test_alerts_and_notes_are_those_of_the_incidents_that_the_window_names(pagerduty: Pagerduty) -> None:
    pagerduty.entries = [entry("R7", "acknowledge", of=incident(1, "2026-11-23T09:00:00Z"))]
    pagerduty.alerts, pagerduty.notes = {"PINC1": [alert()], "PINC2": [alert(2)]}, {"PINC1": [note()]}
    _, alerted, noted = read(pagerduty)
    assert (alerted.kind, alerted.moment, alerted.title) == ("alert", "fired", "CartErrors on cart")
    assert alerted.severity == "critical"
    assert (alerted.labels["alertname"], alerted.labels["alert_key"]) == ("CartErrors", "b1c2")
    assert alerted.body == "AlertName: CartErrors\nvalue: 0.2"
    assert (noted.kind, noted.moment, noted.title) == ("message", "posted", "Looking at the database")
    assert noted.at == datetime(2026, 11, 24, 9, 31, tzinfo=UTC) and noted.service == "Cart production"


def test_an_alert_says_when_it_was_resolved_where_it_does(pagerduty: Pagerduty) -> None:
    pagerduty.entries = [entry()]
    pagerduty.alerts = {"PINC1": [alert(resolved_at="2026-11-24T10:00:00Z")]}
    moments = [(one.moment, one.episode) for one in read(pagerduty) if one.kind == "alert"]
    assert [moment for moment, _ in moments] == ["fired", "resolved"] and len({start for _, start in moments}) == 1


def test_change_events_are_deploys_where_their_summary_says_so(pagerduty: Pagerduty) -> None:
    pagerduty.changes = [
        change(1), change(2, "Build success"), change(3, "Rollback of cart to 2.4.0"),
        change(4, "Toggled flag", services=[], custom_details="by hand", links=[]),
    ]  # fmt: skip
    told = {one.native_id: (one.kind, one.moment) for one in read(pagerduty)}
    assert told == {
        "change C1": ("deploy", "deployed"), "change C2": ("change", "changed"), "change C3": ("deploy", "rolled back"),
        "change C4": ("change", "changed"),
    }  # fmt: skip
    first = next(one for one in read(pagerduty) if one.native_id == "change C1")
    assert (first.service, first.labels["version"], first.url) == ("Cart production", "2.4.1", "https://ci.example/4")


def test_services_get_your_names(pagerduty: Pagerduty) -> None:
    pagerduty.entries, pagerduty.changes = [entry()], [change()]
    assert {one.service for one in read(pagerduty, services={"Cart*": "cart"})} == {"cart"}
    assert {one.service for one in read(pagerduty, services={"PCART1": "basket"})} == {"basket"}
    pagerduty.services, pagerduty.entries = {}, []
    assert {one.service for one in read(pagerduty)} == {"PCART1"}, "a name that cannot be had is the id"


def test_chosen_services_and_teams_are_asked_for(pagerduty: Pagerduty) -> None:
    other = {"id": "POTHER", "type": "service_reference", "summary": "Other"}
    pagerduty.entries = [entry(), entry("R5", of=incident(5, service=other), service=other)]
    pagerduty.changes = [change(1), change(2, services=[other])]
    found = read(pagerduty, service_ids=["PCART1"], team_ids=["PTEAM"])
    assert {one.native_id for one in found} == {"PINC1", "change C1"}
    asked = dict(pagerduty.asked)
    assert asked["/log_entries"]["team_ids[]"] == ["PTEAM"] and asked["/log_entries"]["is_overview"] == ["false"]
    assert "/services/PCART1/change_events" in asked and "/incidents/PINC5/notes" not in asked


def test_more_than_half_a_year_is_asked_for_in_parts(pagerduty: Pagerduty) -> None:
    """And what stands at the border of two parts comes once."""
    start = WINDOW.start - timedelta(days=400)
    border = f"{start + api.LONGEST:%Y-%m-%dT%H:%M:%SZ}"
    pagerduty.entries = [entry(of=incident(1, OPENED)), entry("R2", "resolve", border), entry("R3", "snooze", border)]
    found = read(pagerduty, Window(start, WINDOW.end))
    assert sorted(one.labels["type"] for one in found) == ["resolve", "snooze", "trigger"]
    assert len([1 for path, _ in pagerduty.asked if path == "/log_entries"]) == 3


def test_a_list_longer_than_its_cap_is_asked_for_in_halves(
    pagerduty: Pagerduty, monkeypatch: pytest.MonkeyPatch
) -> None:
    pagerduty.cap = 300
    monkeypatch.setattr(api, "CAP", 300)
    at = lambda number: f"{WINDOW.start + timedelta(seconds=7 * number):%Y-%m-%dT%H:%M:%SZ}"  # noqa: E731
    pagerduty.entries = [entry(f"R{n}", "snooze", at(n)) for n in range(1000)]
    found = read(pagerduty, notes=False, alerts=False)
    assert sorted(int(one.native_id.split("R")[1]) for one in found) == list(range(1000))


def test_one_second_that_alone_passes_the_cap_is_a_gap(pagerduty: Pagerduty, monkeypatch: pytest.MonkeyPatch) -> None:
    pagerduty.cap = 100
    monkeypatch.setattr(api, "CAP", 100)
    pagerduty.entries = [entry(f"R{n}", "snooze") for n in range(101)]
    found = read(pagerduty, notes=False, alerts=False, changes=False)
    assert len(events(found)) == 100 and [one.gap for one in found if isinstance(one, Notice)] == [True]


def test_all_alerts_of_an_incident_come(pagerduty: Pagerduty) -> None:
    pagerduty.entries, pagerduty.alerts = [entry()], {"PINC1": [alert(number) for number in range(201)]}
    assert len({one.native_id for one in read(pagerduty) if one.kind == "alert"}) == 201


def test_what_is_refused_takes_nothing_else_along(pagerduty: Pagerduty) -> None:
    pagerduty.entries, pagerduty.notes = [entry()], {"PINC1": [note()]}
    pagerduty.refuse = {"change_events": 403, "incidents/PINC1/alerts": 403}
    found = read(pagerduty)
    assert [one.kind for one in events(found)] == ["page", "message"]
    gaps = [one.detail for one in found if isinstance(one, Notice) and one.gap]
    assert len(gaps) == 2 and "alerts of PINC1" in gaps[0] and "change_events.read" in gaps[1]


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(pagerduty: Pagerduty) -> None:
    pagerduty.entries = [entry(), {"id": "R2", "created_at": OPENED, "type": "trigger_log_entry"}]
    pagerduty.notes = {"PINC1": [{"id": "N1"}, note(2), {**note(3), "user": {"type": "bot_user_reference"}}]}
    found = read(pagerduty)
    assert sorted(one.where for one in found if isinstance(one, Rejected)) == ["log entry R2", "note N1"]
    assert [one.actor_role for one in events(found) if one.kind == "message"] == ["login:Alice Adams", ""]


@pytest.mark.parametrize(("oauth", "sent"), [(False, "Token token=t0ken"), (True, "Bearer t0ken")])
def test_the_token_is_sent_as_pagerduty_wants_it(pagerduty: Pagerduty, oauth: bool, sent: str) -> None:
    read(pagerduty, oauth=oauth)
    assert pagerduty.headers[0]["Authorization"] == sent
    assert pagerduty.headers[0]["Accept"] == "application/vnd.pagerduty+json;version=2"


def test_a_wrong_key_says_which_one_is_right(pagerduty: Pagerduty) -> None:
    pagerduty.refuse = {"log_entries": 401}
    with pytest.raises(SourceError, match="not an integration key"):
        read(pagerduty)
