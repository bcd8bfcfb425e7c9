"""A live Prometheus that scrapes a tiny exporter every second: an alert fires, and resolves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import servers

from connectors.prometheus import PrometheusConnector
from pipeline.event import Event, Notice
from pipeline.incident import Window

CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
  - {job_name: demo, static_configs: [{targets: ["%s"], labels: {service: checkout}}]}
"""
RULES = """
groups:
  - name: demo
    rules:
      - alert: CheckoutErrors
        expr: errors_ratio > 0.05
        for: 2s
        labels: {severity: page}
        annotations:
          summary: "errors at {{ $labels.service }}"
          description: "ratio {{ $value }}"
          runbook_url: https://runbooks.example/checkout
"""


@pytest.mark.real
def test_an_alert_fires_and_resolves(tmp_path: Path, connect: Callable[..., PrometheusConnector]) -> None:
    ratio = 0.2

    def metrics(handler: BaseHTTPRequestHandler) -> None:
        body = f"errors_ratio {ratio}\n".encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def now() -> datetime:
        return datetime.now(UTC)

    began = now() - timedelta(minutes=1)

    def records() -> list[Event | Notice]:
        return list(connect(address, now=now).events(Window(began, now() + timedelta(minutes=1))))

    def moments() -> list[str]:
        return [one.moment for one in records() if isinstance(one, Event)]

    (tmp_path / "rules.yml").write_text(RULES)
    with (
        servers.serving(metrics) as exporter,
        servers.prometheus(tmp_path, CONFIG % exporter.removeprefix("http://")) as address,
    ):
        servers.wait_for(lambda: moments() == ["fired"])
        (firing,) = (one for one in records() if isinstance(one, Event))
        ratio = 0.0
        servers.wait_for(lambda: moments() == ["fired", "resolved"])
        fired, resolved = (one for one in records() if isinstance(one, Event))
        gaps = [one.kind for one in records() if isinstance(one, Notice) and one.gap]

    assert firing.title == fired.title == "CheckoutErrors: errors at checkout"
    assert firing.body.splitlines() == [
        "ratio 0.2",
        "Condition: errors_ratio > 0.05, for 2 s",
        "Runbook: https://runbooks.example/checkout",
        "Still firing when the window ends.",
    ]
    assert "ratio" not in fired.body.splitlines()[0].split(), "its value is not known once it has resolved"
    assert fired.active_since is not None
    assert timedelta(seconds=1) <= fired.at - fired.active_since <= timedelta(seconds=4)
    assert began < fired.at < resolved.at < now()
    assert fired.native_id == resolved.native_id and fired.episode == resolved.episode
    assert (fired.service, fired.severity) == ("checkout", "critical")
    assert 0.5 < resolved.precision_s < 1.5
    assert gaps == ["retention"], "this server has no samples from the window's start"
