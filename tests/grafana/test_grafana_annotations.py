"""Annotations and links to panels."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from grafana_stub import AT_MS, BOARD, Grafana, note, running

from connectors.grafana import GrafanaConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AT = datetime(2026, 11, 24, 9, 24, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with running() as held:
        yield held


def connector(held: Grafana, **settings: Any) -> GrafanaConnector:
    given = {"use": "grafana", "name": "boards", "url": held.url, "token": "glsa_t0ken", **settings}
    return GrafanaConnector(GrafanaConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(held: Grafana, **settings: Any) -> list[Any]:
    return list(connector(held, **settings).events(WINDOW))


def test_an_annotation_is_what_its_tags_say(grafana: Grafana) -> None:
    grafana.annotations = [
        note(1), note(2, "Rolled back to 2.4.0"), note(3, "Pool doubled", tags=["config"]),
        note(4, "Customers call", tags=["incident"]),
    ]  # fmt: skip
    told = {one.native_id: (one.kind, one.moment) for one in read(grafana)}
    assert told == {
        "annotation 1": ("deploy", "deployed"), "annotation 2": ("deploy", "rolled back"),
        "annotation 3": ("change", "changed"), "annotation 4": ("message", "posted"),
    }  # fmt: skip


def test_times_services_people_and_links(grafana: Grafana) -> None:
    tags = ["deploy", "service:cart", "version=2.4.1"]
    grafana.annotations = [note(1, "<b>Cart</b> 2.4.1", end=AT_MS + 600_000, tags=tags)]
    (one,) = read(grafana)
    assert (one.at, one.end) == (AT, AT + timedelta(minutes=10))
    assert (one.title, one.service, one.actor_role) == ("Cart 2.4.1", "cart", "login:alice")
    assert one.labels["version"] == "2.4.1" and one.labels["dashboard"] == "cart-overview"
    query = parse_qs(urlsplit(one.url).query)
    assert query["from"] == [str(AT_MS - 1_800_000)] and query["to"] == [str(AT_MS + 2_400_000)]


def test_annotations_are_chosen_by_tag(grafana: Grafana) -> None:
    grafana.annotations = [note(1), note(2, tags=["x"]), note(3, tags=["y"])]
    assert len(read(grafana, tags=["x", "y"])) == 2
    assert read(grafana, annotations=False) == []


@pytest.mark.parametrize("count", [100, 500, 501, 5001])
def test_all_annotations_come_also_those_that_span_the_window(grafana: Grafana, count: int) -> None:
    """Spans cannot be asked for in halves of the window: they touch both."""
    grafana.annotations = [note(n, at=AT_MS - 86_400_000 + n, end=AT_MS + 86_400_000) for n in range(count)]
    found = read(grafana, alerts=False)
    assert sorted(int(one.native_id.split()[1]) for one in found) == list(range(count))


def test_a_server_that_gives_no_more_than_a_part_is_a_gap(grafana: Grafana, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = grafana._annotations
    monkeypatch.setattr(grafana, "_annotations", lambda params: whole(params)[:500])
    grafana.annotations = [note(n, at=AT_MS - 1_440_000 + 10_000 * n) for n in range(700)]
    found = read(grafana, alerts=False)
    assert [one.gap for one in found if isinstance(one, Notice)] == [True] and len(found) == 501


def test_panels_are_linked_over_the_window(grafana: Grafana) -> None:
    grafana.dashboards = {"cart-overview": BOARD}
    wanted = {"dashboard": "cart-overview", "panels": [2], "service": "cart", "variables": {"env": "prod"}}
    (link, notice) = read(grafana, panels=[wanted])
    assert (link.kind, link.moment, link.title) == ("metric", "observed", "Panel Error ratio of dashboard Cart")
    assert link.at == WINDOW.start and link.service == "cart"
    query = parse_qs(urlsplit(link.url).query)
    assert query == {"from": ["1795510800000"], "to": ["1795518000000"], "viewPanel": ["2"], "var-env": ["prod"]}
    assert isinstance(notice, Notice) and not notice.gap and "Pictures of panels are not kept" in notice.detail


def test_all_panels_of_a_dashboard_are_those_inside_rows_too(grafana: Grafana) -> None:
    grafana.dashboards = {"cart-overview": BOARD}
    found = read(grafana, panels=[{"dashboard": "cart-overview"}])
    assert [one.labels["panel"] for one in found if isinstance(one, Event)] == ["2", "3"]


def test_a_panel_that_is_not_there_is_told(grafana: Grafana) -> None:
    grafana.dashboards = {"cart-overview": BOARD}
    found = read(grafana, panels=[{"dashboard": "cart-overview", "panels": [9]}, {"dashboard": "gone"}])
    gaps = [one.detail for one in found if isinstance(one, Notice) and one.gap]
    assert "has no panel 9; its panels are 2, 3" in gaps[0] and "dashboard gone could not be read" in gaps[1]


def test_doctor_names_what_may_not_be_read(grafana: Grafana) -> None:
    grafana.refuse = {"/api/v1/rules/history": 403}
    found = {one.name: one for one in connector(grafana, panels=[{"dashboard": "gone"}]).check()}
    assert found["annotations"].ok and not found["dashboard gone"].ok
    assert not found["state history"].ok and "alert.rules:read" in found["state history"].fix


def test_a_revoked_token_is_told(grafana: Grafana) -> None:
    grafana.refuse = {"/api/annotations": 401}
    with pytest.raises(SourceError, match="service account"):
        read(grafana)
