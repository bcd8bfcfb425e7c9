"""The alerts of now: all that Alertmanager itself can tell."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alertmanager_stub import Alertmanager, current, running

from connectors.alertmanager import AlertmanagerConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def connector(held: Alertmanager, **settings: Any) -> AlertmanagerConnector:
    given = {"use": "alertmanager", "name": "alerts", "url": held.url, **settings}
    return AlertmanagerConnector(AlertmanagerConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(*alerts: Any, **settings: Any) -> list[Any]:
    with running(Alertmanager(list(alerts))) as held:
        return list(connector(held, **settings).events(WINDOW))


def test_an_active_alert_has_fired_and_not_ended() -> None:
    """The end that it states is the time at which Alertmanager will give it up."""
    (fired, *_) = read(current())
    assert (fired.moment, fired.severity, fired.service) == ("fired", "critical", "cart")
    assert fired.at == fired.episode == datetime(2026, 11, 24, 9, 24, 0, 568_000, tzinfo=UTC) and fired.end is None


def test_that_it_tells_of_now_only_is_a_gap() -> None:
    (gap,) = read()
    assert isinstance(gap, Notice) and gap.gap and "none that is over" in gap.detail


def test_silenced_and_inhibited_alerts_are_told_as_such() -> None:
    status = {"state": "suppressed", "silencedBy": ["a"], "inhibitedBy": ["b"]}
    (fired, *_) = read({**current(), "status": status})
    assert "Silenced" in fired.body and "Inhibited" in fired.body


def test_labels_choose_service_severity_and_what_is_left_out() -> None:
    alerts = [current(1, app="shop", priority="P2"), current(2, alertname="Watchdog")]
    (only,) = [one for one in read(*alerts, service_label="app", severity_label="priority") if isinstance(one, Event)]
    assert (only.service, only.severity) == ("shop", "error")


def test_without_a_summary_the_place_is_named() -> None:
    (fired, *_) = read({**current(), "annotations": {}, "generatorURL": "javascript:1"})
    assert fired.title == "CartErrors on cart"
    assert fired.url.startswith("http://127.0.0.1") and fired.url.endswith("/#/alerts")


def test_matchers_go_to_the_server() -> None:
    with running(Alertmanager()) as held:
        list(connector(held, matchers=['team="shop"', "env=prod"]).events(WINDOW))
        assert held.asked == [{"filter": ['team="shop"', "env=prod"]}]


def test_doctor_is_told_that_the_past_is_out_of_reach() -> None:
    with running(Alertmanager()) as held:
        (check,) = connector(held).check()
        assert check.ok and check.reaches == NOW


def test_another_address_is_told() -> None:
    with running(Alertmanager(status=404)) as held, pytest.raises(SourceError, match="without /api/v2"):
        list(connector(held).events(WINDOW))
