"""What a source soon forgets is read while an incident goes on, and is evidence of its draft."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from support.followed import Service, fired
from support.servers import alertmanager

from pipeline.serve.kept import capture
from pipeline.serve.metrics import Metrics
from pipeline.serve.worker import Worker


@pytest.mark.real
def test_alerts_of_an_alertmanager_are_kept_while_they_fire(service: Service, tmp_path: Path) -> None:
    routes = "route: {receiver: none}\nreceivers: [{name: none}]\n"
    with alertmanager(tmp_path / "am", routes) as url:
        began = datetime.now(UTC) - timedelta(minutes=5)
        labels = {"alertname": "Errors", "service": "cart", "severity": "critical"}
        posted = [{"labels": labels, "annotations": {"summary": "Errors on cart"}, "startsAt": began.isoformat()}]
        requests.post(f"{url}/api/v2/alerts", json=posted, timeout=10).raise_for_status()
        service.keys["connectors"] = [
            {"use": "files", "name": "events", "events": "events.jsonl"},
            {"use": "alertmanager", "name": "alerts", "url": url},
        ]
        now = datetime.now(UTC)
        ((sender, events),) = capture(service.config, began, now)
        assert sender.name == "alerts" and [one.title for one in events] == ["Errors: Errors on cart"]

        service.accept(fired("Other", 0), minute=0)
        home = service.the_watch()
        with service.store.watching() as desk:
            desk.note(home.id, opened_at=began)
        Worker(service.config, service.store, lambda: now, "w", Metrics(), None).capture(home.id)
        with service.store.watching() as desk:
            kept = {one.source for one in desk.kept(home.id)}
        assert kept == {"events", "alerts"}
