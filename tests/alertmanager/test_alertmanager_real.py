"""A real Alertmanager: what it lists, what it sends to a receiver that stores it, and what it leaves out."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests
import servers

from connectors.alertmanager import AlertmanagerConnector
from pipeline.alert_labels import fingerprint
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.times import rfc3339

pytestmark = pytest.mark.real
CONFIG = """
route: {{receiver: store, group_by: [alertname], group_wait: 10ms, group_interval: 100ms}}
receivers:
  - name: store
    webhook_configs: [{{url: "{hook}", send_resolved: true, max_alerts: 2}}]
"""
LABELS = {"alertname": "CartErrors", "service": "cart", "severity": "page"}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    return tmp_path / "webhooks.jsonl"


@pytest.fixture
def alertmanager(tmp_path: Path, stored: Path) -> Iterator[str]:
    """Its address; each webhook that it sends becomes a line of the file."""

    def store(handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with stored.open("a") as file:
            file.write(json.dumps({"received": datetime.now(UTC).timestamp(), "body": body}) + "\n")
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with servers.serving(store) as hook, servers.alertmanager(tmp_path / "am", CONFIG.format(hook=hook)) as address:
        yield address


def post(address: str, started: datetime, ended: datetime | None = None, **labels: str) -> None:
    sent = {"labels": {**LABELS, **labels}, "annotations": {"summary": "errors"}, "startsAt": rfc3339(started)}
    sent |= {"endsAt": rfc3339(ended)} if ended else {}
    requests.post(f"{address}/api/v2/alerts", json=[sent], timeout=10).raise_for_status()


def connector(address: str, *webhooks: Path, **more: Any) -> AlertmanagerConnector:
    given = {"use": "alertmanager", "name": "alerts", "url": address, "webhooks": list(map(str, webhooks)), **more}
    settings = AlertmanagerConnector.Settings.model_validate(given)
    return AlertmanagerConnector(settings, Http(30, lambda: datetime.now(UTC)))


def test_an_episode_from_its_firing_to_its_end(alertmanager: str, stored: Path) -> None:
    started = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
    ended = started + timedelta(seconds=90)
    window = Window(started - timedelta(minutes=1), datetime.now(UTC) + timedelta(minutes=1))
    post(alertmanager, started)
    servers.wait_for(lambda: stored.exists() and '"firing"' in stored.read_text())
    while_firing = list(connector(alertmanager, stored).events(window))
    assert [(one.at, one.moment) for one in while_firing] == [(started, "fired")], "also listed, and told once"
    assert while_firing[0].native_id == while_firing[0].fingerprint == fingerprint(LABELS)
    assert [one.at for one in connector(alertmanager).events(window) if isinstance(one, Event)] == [started]

    post(alertmanager, started, ended)
    servers.wait_for(lambda: '"resolved"' in stored.read_text())
    found = list(connector(alertmanager, stored).events(window))
    assert [(one.at, one.moment) for one in found] == [(started, "fired"), (ended, "resolved")]
    (gap,) = connector(alertmanager).events(window)
    assert isinstance(gap, Notice) and gap.gap, "of what is over it tells nothing"


def test_what_its_limit_leaves_out_is_a_gap(alertmanager: str, stored: Path) -> None:
    started = datetime.now(UTC) - timedelta(minutes=2)
    window = Window(started - timedelta(minutes=1), datetime.now(UTC))
    for number in range(5):
        post(alertmanager, started, instance=str(number))
    servers.wait_for(lambda: stored.exists() and '"truncatedAlerts": 3' in stored.read_text())
    found = list(connector(alertmanager, stored, current=False).events(window))
    assert not [one for one in found if isinstance(one, Rejected)]
    assert [one.kind for one in found if isinstance(one, Notice) and one.gap] == ["truncated"]
    listed = list(connector(alertmanager, stored).events(window))
    assert len([one for one in listed if isinstance(one, Event)]) == 5, "while they fire, its list has them all"


def test_doctor_finds_it_well_and_its_matchers_are_understood(alertmanager: str, stored: Path) -> None:
    post(alertmanager, datetime.now(UTC), team="shop")
    window = Window(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC))
    count = lambda *matchers: len(  # noqa: E731
        [one for one in connector(alertmanager, matchers=matchers).events(window) if isinstance(one, Event)]
    )
    assert (count('team="shop"', 'severity=~"page|critical"'), count('team="other"')) == (1, 0)
    assert [(one.name, one.ok) for one in connector(alertmanager).check()] == [("alerts of now", True)]
