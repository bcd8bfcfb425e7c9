"""What incident.io says of incidents and their updates."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from incidentio_stub import ALICE, Incidentio, incident, running, update

from connectors.incidentio import IncidentioConnector
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STAMPS = {
    "Impact started": "2026-11-24T09:24:00Z", "Fixed at": "2026-11-24T10:00:00Z", "Resolved at": "2026-11-24T10:10:00Z",
}  # fmt: skip


@pytest.fixture
def desk() -> Iterator[Incidentio]:
    with running() as held:
        yield held


def connector(held: Incidentio, **settings: Any) -> IncidentioConnector:
    given = {"use": "incidentio", "name": "desk", "url": held.url, "token": "t0ken", **settings}
    return IncidentioConnector(IncidentioConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(held: Incidentio, **settings: Any) -> list[Any]:
    return list(connector(held, **settings).events(WINDOW))


def test_an_incident_is_declared_and_resolved(desk: Incidentio) -> None:
    desk.incidents = [incident(1, stamps=STAMPS)]
    declared, resolved, *stamped = read(desk, services={"Cart*": "cart"})
    assert (declared.kind, declared.moment, declared.title) == ("page", "fired", "Carts fail")
    assert (declared.service, declared.severity, declared.labels["incident"]) == ("cart", "error", "INC-1")
    assert declared.at == datetime(2026, 11, 24, 9, 31, 10, 250_000, tzinfo=UTC)
    assert (resolved.moment, resolved.at) == ("resolved", NOW.replace(hour=10, minute=10))
    assert declared.native_id == resolved.native_id and declared.episode == resolved.episode == declared.at
    assert [(one.title, one.at.minute) for one in stamped] == [
        ("Impact started: Carts fail", 24), ("Fixed at: Carts fail", 0), ("Resolved at: Carts fail", 10),
    ]  # fmt: skip
    assert {(one.kind, one.moment) for one in stamped} == {("message", "posted")}
    assert len(read(desk, timestamps=False)) == 2


def test_updates_are_messages(desk: Incidentio) -> None:
    desk.incidents = [incident(1)]
    desk.updates = [
        update(1), update(2, "", new_severity={"name": "Critical"}), update(3, "Still at it", new_incident_status=None),
        update(4, "", new_incident_status=None), update(9, of=2),
    ]  # fmt: skip
    told = [one for one in read(desk) if one.kind == "message"]
    assert [one.title for one in told] == ["Fixing: We fail over", "Fixing: Carts fail", "Still at it"]
    assert told[0].body == "Incident: Carts fail" and told[1].body == "Severity: Critical"
    assert (told[1].severity, told[0].service, told[0].labels["state"]) == ("critical", "Cart prod", "Fixing")
    assert read(desk, updates=False) == [one for one in read(desk) if one.kind == "page"]


def test_people_are_told_by_login_only(desk: Incidentio) -> None:
    desk.incidents, desk.updates = [incident(1)], [update(1), update(2, updater={"api_key": {"name": "ci"}})]
    declared, first, second = read(desk)
    assert declared.actor_role == first.actor_role == f"login:{ALICE['email']}" and second.actor_role == ""
    assert "Alice" not in str([declared, first, second])


def test_what_was_written_down_afterwards_paged_nobody(desk: Incidentio) -> None:
    stamps = {"Reported at": "2026-11-24T09:30:00Z", **STAMPS}
    desk.incidents = [incident(1, "2026-11-25T08:00:00Z", stamps, mode="retrospective")]
    found = list(connector(desk).events(Window(WINDOW.start, WINDOW.end + timedelta(days=1))))
    assert {one.kind for one in found} == {"message"} and len(found) == 4
    assert connector(desk).find_incident("INC-1").opened_at == NOW.replace(hour=9, minute=30)


def test_incidents_are_those_that_the_window_touches(desk: Incidentio) -> None:
    """It filters by whole days."""
    desk.incidents = [
        incident(1, "2026-11-20T09:00:00Z", updated_at="2026-11-24T09:40:00Z"), incident(2, "2026-11-20T09:00:00Z"),
        incident(3, "2026-11-26T09:00:00Z"), incident(4),
    ]  # fmt: skip
    desk.updates = [update(number, of=number) for number in (1, 2, 3, 4)]
    assert {one.labels["incident"] for one in read(desk)} == {"INC-1", "INC-4"}


def test_all_updates_of_an_incident_come(desk: Incidentio) -> None:
    desk.incidents, desk.updates = [incident(1)], [update(number, f"word {number}") for number in range(501)]
    assert len({one.native_id for one in read(desk)}) == 502


@pytest.mark.parametrize("asked", ["INC-42", "inc-42", "42", "01INC42"])
def test_an_incident_is_found(desk: Incidentio, asked: str) -> None:
    desk.incidents = [incident(42, stamps=STAMPS), incident(7, severity=None)]
    found = connector(desk, services={"Cart*": "cart"}).find_incident(asked)
    assert (found.id, found.title, found.services) == ("INC-42", "Carts fail", ("cart",))
    assert (found.severity, found.severity_raw) == ("SEV-2", "Major")
    assert found.resolved_at == NOW.replace(hour=10, minute=10) and found.url.endswith("/42")
    assert connector(desk, resolved=["Fixed at"]).find_incident(asked).resolved_at == NOW.replace(hour=10)
    assert connector(desk).find_incident("INC-7").severity == ""
    with pytest.raises(IncidentNotFound, match="INC-42"):
        connector(desk).find_incident("INC-4")


def test_recent_incidents_are_those_that_are_open_or_ended_since(desk: Incidentio) -> None:
    desk.incidents = [
        incident(1), incident(2, stamps=STAMPS), incident(3, "2026-11-20T09:00:00Z"),
        incident(4, incident_status={"category": "declined", "name": "Declined"}),
        incident(5, stamps={"Resolved at": "2026-11-24T11:30:00Z"}),
    ]  # fmt: skip
    assert [one.id for one in connector(desk).recent_incidents(NOW - timedelta(hours=1))] == ["INC-1", "INC-5"]


def test_doctor_names_the_severities_that_need_a_mapping(desk: Incidentio) -> None:
    desk.severities = ["Major", "Meltdown"]
    found = {one.name: one for one in connector(desk).check()}
    assert found["incidents"].ok
    assert found["severities"].detail == "Major, Meltdown; map these in `severities`: Meltdown"
    desk.refuse = {"severities": 403}
    assert [one.ok for one in connector(desk).check()] == [True, False]


def test_updates_that_may_not_be_read_are_a_gap(desk: Incidentio) -> None:
    desk.incidents, desk.refuse = [incident(1)], {"incident_updates": 403}
    declared, gap = read(desk)
    assert isinstance(declared, Event) and isinstance(gap, Notice) and gap.gap and "updates of INC-1" in gap.detail


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(desk: Incidentio) -> None:
    desk.incidents, desk.updates = [incident(1)], [update(1), {"id": "01UPD2", "incident_id": "01INC1", "message": "x"}]
    found = read(desk)
    assert [one.where for one in found if isinstance(one, Rejected)] == ["update 01UPD2"]
    assert len([one for one in found if isinstance(one, Event)]) == 2


def test_the_key_is_a_bearer_token(desk: Incidentio) -> None:
    read(desk)
    assert desk.headers[0]["Authorization"] == "Bearer t0ken"
    desk.refuse = {"incidents": 401}
    with pytest.raises(SourceError, match="revoked"):
        read(desk)
