"""Alert episodes of Grafana, from the state history or from the annotations that it leaves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from grafana_stub import AT_MS, Grafana, alert_note, note, running, transition

from connectors.grafana import GrafanaConnector
from connectors.grafana.alerts import of_history
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AT = datetime(2026, 11, 24, 9, 24, 0, 123_000, tzinfo=UTC)
MINUTE = 60_000
ALL = {"from": ["0"], "to": ["9999999999"]}


@pytest.fixture
def grafana(monkeypatch: pytest.MonkeyPatch) -> Iterator[Grafana]:
    monkeypatch.setattr("time.sleep", lambda _: None)  # a refusal of the history with 500 is asked again
    with running() as held:
        yield held


def connector(held: Grafana, **settings: Any) -> GrafanaConnector:
    given = {"use": "grafana", "name": "boards", "url": held.url, "token": "glsa_t0ken", **settings}
    return GrafanaConnector(GrafanaConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(held: Grafana, **settings: Any) -> list[Any]:
    return list(connector(held, annotations=False, **settings).events(WINDOW))


def moments(found: list[Any]) -> list[str]:
    return [one.moment for one in found if isinstance(one, Event)]


def test_an_episode_begins_with_its_pending_time(grafana: Grafana) -> None:
    grafana.states = [
        transition("Normal", "Pending", AT_MS - MINUTE), transition("Pending", "Alerting"),
        transition("Alerting", "Normal", AT_MS + 5 * MINUTE),
    ]  # fmt: skip
    fired, resolved = read(grafana)
    assert (fired.moment, resolved.moment) == ("fired", "resolved")
    assert fired.at == fired.episode == resolved.episode == AT and fired.active_since == AT - timedelta(minutes=1)
    assert fired.native_id == resolved.native_id and "cart-errors" in fired.native_id
    assert (fired.title, fired.service, fired.severity) == ("Cart errors on cart", "cart", "critical")
    assert (fired.labels["alertname"], fired.labels["panel"]) == ("Cart errors", "2") and "0.2" in fired.body


def test_each_instance_of_a_rule_is_its_own(grafana: Grafana) -> None:
    grafana.states = [
        transition("Normal", "Alerting"), transition("Normal", "Alerting", AT_MS + 1, "pay"),
        transition("Alerting", "Normal", AT_MS + MINUTE), transition("Alerting", "Normal", AT_MS + 2 * MINUTE, "pay"),
    ]  # fmt: skip
    found = read(grafana)
    assert len({one.native_id for one in found}) == 2
    assert [(one.service, one.moment) for one in found] == [
        ("cart", "fired"), ("pay", "fired"), ("cart", "resolved"), ("pay", "resolved"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (["Normal", "Pending", "Normal"], []),
        (["Normal", "Alerting", "Alerting (NoData)", "Normal"], ["fired", "resolved"]),
        (["Normal", "NoData", "Normal (MissingSeries)"], ["fired", "resolved"]),
        (["Normal", "Error", "Alerting", "Recovering", "Alerting", "Normal"], ["fired", "resolved"]),
        (["Alerting", "Pending", "Alerting"], ["resolved", "fired"]),
        (["Normal", "Normal (Updated)"], []),
    ],
)
def test_what_counts_as_firing(grafana: Grafana, changes: list[str], told: list[str]) -> None:
    grafana.states = [transition(was, now, AT_MS + number) for number, (was, now) in enumerate(pairwise(changes))]
    assert moments(read(grafana)) == told


def test_a_panel_of_the_rule_is_linked_around_the_change(grafana: Grafana) -> None:
    elsewhere = transition("Normal", "Alerting", AT_MS, "pay", dashboardUID="", ruleUID="u")
    grafana.states = [transition("Normal", "Alerting"), elsewhere]
    with_panel, without = read(grafana)
    split = urlsplit(with_panel.url)
    assert split.path == "/d/cart-overview"
    half = 30 * MINUTE
    assert parse_qs(split.query) == {"from": [str(AT_MS - half)], "to": [str(AT_MS + half)], "viewPanel": ["2"]}
    assert without.url == f"{grafana.url}/alerting/grafana/u/view"


def test_without_loki_the_annotations_have_it(grafana: Grafana) -> None:
    grafana.loki = False
    grafana.annotations = [
        alert_note(1, "Normal", "Pending", AT_MS - MINUTE), alert_note(2, "Pending", "Alerting"),
        alert_note(3, "Alerting", "Normal", AT_MS + MINUTE), note(4),
    ]  # fmt: skip
    notice, fired, resolved = read(grafana)
    assert moments([fired, resolved]) == ["fired", "resolved"] and fired.native_id == resolved.native_id
    assert fired.active_since == AT - timedelta(minutes=1) and (fired.service, fired.severity) == ("cart", "critical")
    assert isinstance(notice, Notice) and not notice.gap and "ruleUID is required" in notice.detail
    assert read(grafana, history="annotations") == [fired, resolved], "and so it need not be asked"


def test_a_history_that_may_not_be_read_is_a_gap(grafana: Grafana) -> None:
    """Where Loki keeps it, annotations may have nothing of it."""
    grafana.refuse = {"/api/v1/rules/history": 403}
    (notice,) = read(grafana)
    assert isinstance(notice, Notice) and notice.gap and "alert.rules:read" in notice.detail
    with pytest.raises(SourceError, match="HTTP 403"):
        read(grafana, history="rules")


def test_more_changes_than_an_answer_has_are_asked_for_in_halves(
    grafana: Grafana, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GrafanaConnector, "_history", _small)
    grafana.states = [transition("Normal", "Alerting", AT_MS + 1000 * n, f"s{n}") for n in range(100)]
    found = read(grafana)
    assert [one.service for one in found] == [f"s{n}" for n in range(100)] and len(grafana.asked) > 9


def _small(self: Any, window: Window) -> Iterator[Any]:
    """As the connector does it, but for a server that gives ten at a time."""
    yield from self._made(self._api.states(window, 10), of_history)


def test_one_second_with_too_many_changes_is_a_gap(grafana: Grafana, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GrafanaConnector, "_history", _small)
    grafana.states = [transition("Normal", "Alerting", AT_MS, f"s{n}") for n in range(11)]
    found = read(grafana)
    assert len(moments(found)) == 10 and [one.gap for one in found if isinstance(one, Notice)] == [True]


def test_a_server_that_does_not_keep_to_the_span_is_told(grafana: Grafana, monkeypatch: pytest.MonkeyPatch) -> None:
    """Halving the window would go on for ever."""
    monkeypatch.setattr(grafana, "_frame", lambda params: Grafana(states=grafana.states)._frame(ALL))
    grafana.states = [transition("Normal", "Alerting", AT_MS + 86_400_000)]
    with pytest.raises(SourceError, match="does not keep to the span"):
        read(grafana)


def test_rules_are_left_out_by_title(grafana: Grafana) -> None:
    grafana.states = [transition("Normal", "Alerting"), transition("Normal", "Alerting", ruleTitle="Watchdog")]
    assert [one.labels["alertname"] for one in read(grafana, ignore_alerts=["Watchdog"])] == ["Cart errors"]


def test_a_service_may_be_that_of_the_dashboard(grafana: Grafana) -> None:
    grafana.states = [transition("Normal", "Alerting", labels={})]
    assert [one.service for one in read(grafana, services={"cart-overview": "cart"})] == ["cart"]
    assert [one.title for one in read(grafana)] == ["Cart errors"]


def test_an_entry_that_cannot_be_understood_is_rejected_alone(grafana: Grafana) -> None:
    grafana.states = [(AT_MS, {"previous": "Normal"}), transition("Normal", "Alerting")]
    found = read(grafana)
    assert sorted(type(one).__name__ for one in found) == ["Event", "Rejected"]
    assert [one.where for one in found if isinstance(one, Rejected)] == [f"change of state {AT_MS}"]
