"""What a status page said, and its incidents."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from statuspage_stub import BEGAN, CART, Statuspage, incident, maintenance, running, update

from connectors.statuspage import StatuspageConnector
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.times import rfc3339

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
API = {"page_id": "p1", "token": "t0ken"}


@pytest.fixture
def page() -> Iterator[Statuspage]:
    with running() as held:
        yield held


def connector(held: Statuspage, **settings: Any) -> StatuspageConnector:
    given = {"use": "statuspage", "name": "status", "url": held.url, **settings}
    return StatuspageConnector(StatuspageConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(held: Statuspage, **settings: Any) -> list[Any]:
    return list(connector(held, **settings).events(WINDOW))


@pytest.mark.parametrize("settings", [{}, API])
def test_each_update_is_a_post(page: Statuspage, settings: dict[str, Any]) -> None:
    changed = [{**CART, "old_status": "operational", "new_status": "major_outage"}]
    page.incidents = [
        incident(1, update(2, "resolved", "", "2026-11-24T10:10:00Z"), update(1, affected_components=changed))
    ]
    resolved, first = read(page, services={"Cart*": "cart"}, **settings)
    assert (first.kind, first.moment, resolved.moment) == ("status", "posted", "resolved")
    assert (first.title, resolved.title) == ("Investigating: Some carts fail", "Resolved: Carts fail")
    assert first.body == "Incident: Carts fail\nCart and checkout: operational → major_outage"
    assert first.at == datetime(2026, 11, 24, 9, 31, tzinfo=UTC)
    assert (first.service, first.severity, first.labels["state"]) == ("cart", "error", "investigating")
    assert first.url == "https://stspg.io/s1"


def test_a_post_stands_at_the_time_that_the_page_states(page: Statuspage) -> None:
    page.incidents = [incident(1, update(display_at="2026-11-24T10:25:00+01:00"))]
    assert [one.at for one in read(page)] == [datetime(2026, 11, 24, 9, 25, tzinfo=UTC)]


@pytest.mark.parametrize("settings", [{}, API])
def test_maintenance_is_a_change_of_its_span(page: Statuspage, settings: dict[str, Any]) -> None:
    announced = update(3, "scheduled", "We upgrade", at="2026-11-20T09:00:00Z")
    page.maintenance = [maintenance(1, incident_updates=[announced])]
    found = read(page, **settings)
    change = next(one for one in found if one.kind == "change")
    assert (change.title, change.at, change.end) == (
        "Maintenance: Database upgrade", WINDOW.start, WINDOW.start + timedelta(minutes=30),
    )  # fmt: skip
    assert [one.title for one in found if one.kind == "status"] == ["Scheduled: We upgrade"]
    assert read(page, maintenance=False, **settings) == []


def test_components_choose_what_is_read_and_name_services(page: Statuspage) -> None:
    search = {"id": "c2", "name": "Search"}
    page.incidents = [incident(1), incident(2, components=[search, CART])]
    page.incidents += [incident(3, components=[search]), incident(4, components=[])]
    names = lambda **settings: sorted(one.labels["incident"] for one in read(page, **settings))  # noqa: E731
    assert names() == ["inc1", "inc2", "inc3", "inc4"]
    assert names(components=["Cart*"]) == ["inc1", "inc2", "inc4"]
    told = {one.labels["incident"]: one for one in read(page, services={"Cart*": "cart"})}
    assert told["inc2"].service == "Search" and told["inc2"].labels["services"] == "Search, cart"


def test_more_than_the_page_shows_is_a_gap_that_the_api_fills(page: Statuspage) -> None:
    began = [rfc3339(WINDOW.start + timedelta(minutes=number)) for number in range(60)]
    page.incidents = [incident(number, began=at) for number, at in enumerate(began)]
    found = read(page)
    (gap,) = (one for one in found if isinstance(one, Notice))
    assert gap.gap and "its last 50 incidents only" in gap.detail and "2026-11-24T09:10:00Z" in gap.detail
    assert len(read(page, **API)) == 60


def test_a_page_whose_last_incidents_reach_back_far_enough_is_whole(page: Statuspage) -> None:
    began = [rfc3339(WINDOW.start - timedelta(days=number)) for number in range(60)]
    page.incidents = [incident(number, began=at) for number, at in enumerate(began)]
    assert not [one for one in read(page) if isinstance(one, Notice)]


def test_the_api_is_left_where_history_ends(page: Statuspage) -> None:
    began = [rfc3339(WINDOW.start - timedelta(days=number)) for number in range(1000)]
    page.incidents = [incident(number, began=at) for number, at in enumerate(began)]
    assert len(read(page, **API)) == 31 and len(page.asked) == 1


@pytest.mark.parametrize("settings", [{}, API])
def test_an_incident_is_found(page: Statuspage, settings: dict[str, Any]) -> None:
    page.incidents, page.maintenance = [incident(1), incident(2, resolved_at=None)], [maintenance(7)]
    desk = connector(page, services={"Cart*": "cart"}, **settings)
    found = desk.find_incident("inc1")
    assert (found.title, found.services) == ("Carts fail", ("cart",))
    assert (found.severity, found.severity_raw) == ("SEV-2", "major")
    assert found.opened_at == datetime.fromisoformat(BEGAN) and found.resolved_at == NOW.replace(hour=10, minute=10)
    assert [one.id for one in desk.recent_incidents(NOW - timedelta(hours=1))] == ["inc2"]
    with pytest.raises(IncidentNotFound, match="inc1"):
        desk.find_incident("inc9")


def test_the_short_address_names_an_incident_too(page: Statuspage) -> None:
    page.incidents = [incident(1)]
    assert connector(page).find_incident("s1").id == "inc1"


def test_the_page_of_somebody_else_is_no_desk(page: Statuspage) -> None:
    given = {"use": "statuspage", "name": "vendor", "url": page.url, "incidents": False}
    assert not StatuspageConnector.Settings.model_validate(given).knows_incidents


def test_the_key_is_sent_as_statuspage_wants_it(page: Statuspage) -> None:
    read(page, **API)
    assert page.headers[0]["Authorization"] == "OAuth t0ken"
    with pytest.raises(ValidationError, match="page_id needs token"):
        connector(page, page_id="p1")


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(page: Statuspage) -> None:
    page.incidents = [incident(1), {"id": "inc2", "incident_updates": [{}]}]
    found = read(page)
    assert [one.where for one in found if isinstance(one, Rejected)] == ["incident inc2"]
    assert len([one for one in found if isinstance(one, Event)]) == 1


@pytest.mark.parametrize(("status", "fix"), [(401, "API key"), (403, "access to this page"), (404, "page_id and url")])
def test_a_refusal_says_what_to_do(page: Statuspage, status: int, fix: str) -> None:
    page.status = status
    with pytest.raises(SourceError, match=fix):
        read(page, **API)
