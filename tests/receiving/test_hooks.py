"""What each source's deliveries tell: events with the identity that they have when they are read, and incidents."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.config.sources import connector_class, registered
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Incident
from pipeline.receiving import Received, Withdrawn

URL = {"url": "http://127.0.0.1:9"}
SETTINGS: dict[str, dict[str, Any]] = {
    "alertmanager": URL, "grafana": URL, "pagerduty": URL, "incidentio": URL, "jsm": {**URL, "cloud_id": "c"},
    "files": {},
}  # fmt: skip


def told(kind: str, payload: Any, **more: Any) -> list[Received]:
    connector = connector_class(kind)
    settings = connector.Settings.model_validate({"use": kind, "name": kind, **SETTINGS[kind], **more})
    made: Any = connector(settings, Http(5.0, lambda: datetime(2026, 11, 25, tzinfo=UTC)))
    return list(made.received(payload))


def moments(found: list[Received]) -> list[tuple[str, str]]:
    return [(one.native_id, one.moment) for one in found if isinstance(one, Event)]


def test_these_sources_post() -> None:
    able = [kind for kind in registered() if hasattr(connector_class(kind), "received")]
    assert sorted(able) == sorted(SETTINGS)
    assert all(isinstance(connector_class(kind).signatures, tuple) for kind in able)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", SETTINGS)
@pytest.mark.parametrize("payload", [None, 7, "text", [], {}, [[]], {"alerts": 1}, {"event": {}}, {"event_type": 1}])
def test_what_is_no_delivery_of_the_source_is_rejected_or_tells_nothing(kind: str, payload: Any) -> None:
    assert all(isinstance(one, Rejected) for one in told(kind, payload))


def alert(status: str, **more: Any) -> dict[str, Any]:
    ended = "2026-11-25T09:10:00Z" if status == "resolved" else "0001-01-01T00:00:00Z"
    labels = {"alertname": "ErrorsHigh", "service": "cart", "severity": "critical"}
    return {
        "status": status, "labels": labels, "annotations": {"summary": "Carts fail", "runbook_url": "https://run.book"},
        "startsAt": "2026-11-25T09:00:00.123Z", "endsAt": ended, "fingerprint": "f1",
        "generatorURL": "http://prom/graph", **more,
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "version", "native"), [("alertmanager", "4", "f1"), ("grafana", "1", "alert f1")])
def test_a_notification_tells_of_each_alert_that_it_fired_and_that_it_is_over(
    kind: str, version: str, native: str
) -> None:
    found = told(kind, {"version": version, "alerts": [alert("firing")]})
    assert moments(found) == [(native, "fired")]
    assert isinstance(found[0], Event) and found[0].service == "cart" and found[0].severity == "critical"
    assert "https://run.book" in found[0].body
    over = told(kind, {"version": version, "alerts": [alert("resolved"), {"status": "firing"}], "truncatedAlerts": 3})
    assert moments(over) == [(native, "fired"), (native, "resolved")]
    assert over[1].at == datetime(2026, 11, 25, 9, 10, tzinfo=UTC)  # type: ignore[union-attr]
    (bad,) = (one for one in over if isinstance(one, Rejected))
    assert "cannot be understood" in bad.why
    (cut,) = (one for one in over if isinstance(one, Notice))
    assert cut.gap and "3" in cut.detail


def page(what: str, **more: Any) -> dict[str, Any]:
    data = {
        "id": "Q1", "type": "incident", "number": 12, "title": "Carts fail", "status": "triggered", "urgency": "high",
        "created_at": "2026-11-25T09:00:00Z", "html_url": "https://acme.pagerduty.com/incidents/Q1",
        "service": {"id": "S1", "summary": "cart", "type": "service_reference"}, "priority": {"summary": "P1"}, **more,
    }  # fmt: skip
    agent = {"id": "U1", "type": "user_reference", "summary": "Mo Farr"}
    return {"event": {
        "id": "01", "event_type": f"incident.{what}", "occurred_at": "2026-11-25T09:30:00Z",
        "agent": agent, "data": data,
    }}  # fmt: skip


def test_pagerduty_tells_of_its_incident_and_the_page() -> None:
    incident, event = told("pagerduty", page("triggered"))
    assert isinstance(incident, Incident) and incident.id == "Q1" and incident.severity == "SEV-1"
    assert incident.services == ("cart",) and incident.resolved_at is None
    assert isinstance(event, Event) and (event.kind, event.moment, event.native_id) == ("page", "fired", "Q1")
    incident, event = told("pagerduty", page("resolved", status="resolved"))
    assert isinstance(incident, Incident) and incident.resolved_at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert isinstance(event, Event) and event.moment == "resolved" and event.episode == incident.opened_at
    assert "Mo Farr" not in event.title


def test_pagerduty_tells_what_changes_no_state_as_the_incident_alone() -> None:
    assert [type(one) for one in told("pagerduty", page("priority_updated"))] == [Incident]
    assert told("pagerduty", {"event": {"event_type": "service.updated", "data": {"type": "service"}}}) == []
    assert told("pagerduty", page("triggered"), service_ids=["other"]) == []


def record(category: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "01X", "reference": "INC-7", "name": "Carts fail", "created_at": "2026-11-25T09:00:00Z",
        "updated_at": "2026-11-25T09:40:00Z", "severity": {"name": "Critical"}, "mode": "standard",
        "incident_status": {"category": category, "name": category}, "permalink": "https://app.incident.io/i/7", **more,
    }  # fmt: skip


@pytest.mark.parametrize("nested", [False, True])
def test_incidentio_tells_of_its_incident(nested: bool) -> None:
    kind, raw = "public_incident.incident_status_updated_v2", record("live")
    incident, event = told("incidentio", {"event_type": kind, kind: {"incident": raw} if nested else raw})
    assert isinstance(incident, Incident) and (incident.id, incident.severity) == ("INC-7", "SEV-1")
    assert isinstance(event, Event) and event.moment == "fired" and incident.resolved_at is None


def test_incidentio_is_over_when_people_learn_from_it_and_none_when_it_is_declined() -> None:
    kind = "public_incident.incident_updated_v2"
    (incident, _) = told("incidentio", {"event_type": kind, kind: record("learning")})
    assert isinstance(incident, Incident) and incident.resolved_at == datetime(2026, 11, 25, 9, 40, tzinfo=UTC)
    assert told("incidentio", {"event_type": kind, kind: record("declined")}) == [Withdrawn("INC-7")]
    private = "private_incident.incident_updated_v2"
    assert told("incidentio", {"event_type": private, private: {"id": "01X"}}) == []


@pytest.mark.parametrize("unit", [1, 1_000_000])
def test_jsm_tells_what_was_done_about_an_alert(unit: int) -> None:
    raw = {
        "alertId": "a1", "tinyId": "23", "message": "Carts fail", "createdAt": 1795597200000 * unit, "entity": "cart",
        "updatedAt": 1795597800000 * unit, "priority": "P1", "tags": ["service:cart"], "username": "mo@example.com",
    }  # fmt: skip
    assert moments(told("jsm", {"action": "Create", "alert": raw})) == [("alert a1", "fired")]
    (over,) = told("jsm", {"action": "Close", "alert": raw})
    assert isinstance(over, Event) and over.moment == "resolved" and over.actor_role == "login:mo@example.com"
    assert over.at == datetime(2026, 11, 25, 9, 10, tzinfo=UTC) and over.episode == datetime(
        2026, 11, 25, 9, tzinfo=UTC
    )
    assert told("jsm", {"action": "AddNote", "alert": raw}) == []


def test_anything_may_post_in_the_form_of_the_files() -> None:
    event = {"time": "2026-11-25T09:00:00Z", "kind": "alert", "title": "Carts fail", "id": "x", "service": "cart"}
    assert moments(told("files", event)) == moments(told("files", [event])) == [("x", "fired")]
    assert moments(told("files", {"events": [event, {**event, "status": "resolved"}]}))[1] == ("x", "resolved")
    incident = {"id": "OPS-1", "title": "Carts", "opened_at": "2026-11-25T09:00:00Z", "severity": "SEV-2"}
    (found,) = told("files", {"incident": incident})
    assert isinstance(found, Incident) and found.id == "OPS-1"
    assert [type(one) for one in told("files", {"incident": {"id": "OPS-1", "opened_at": "soon"}, "x": 1})] == [
        Rejected
    ] * 2
