"""VictoriaMetrics speaks the same API, aligns range queries to the step, and has no rules of its own."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import prometheus_past
import pytest
import requests
import servers
from prometheus_past import DAY, WINDOW

from connectors.prometheus import PrometheusConnector
from pipeline.event import Event, Notice, Series
from pipeline.incident import Window


@pytest.mark.real
def test_the_same_samples_give_the_same_evidence(
    past_prometheus: str, connect: Callable[..., PrometheusConnector], tmp_path: Path
) -> None:
    lines = [line for line in prometheus_past.incident().text().splitlines() if not line.startswith("#")]
    milliseconds = "\n".join(re.sub(r" (\d+)$", r" \g<1>000", line) for line in lines)
    metrics = [{"name": "errors", "query": "errors_ratio", "step": 1}]
    long = Window(DAY.replace(hour=12), DAY.replace(hour=16))

    def told(url: str) -> list[Any]:
        connector = connect(url, metrics=metrics, link="https://dash.example/?q={expr}")
        return [*connector.events(WINDOW), *connector.series(long)]

    with servers.victoria_metrics(tmp_path / "vm") as address:
        requests.post(f"{address}/api/v1/import/prometheus", data=milliseconds, timeout=10).raise_for_status()
        requests.get(f"{address}/internal/force_flush", timeout=10)
        servers.wait_for(lambda: any(isinstance(one, Event) for one in told(address)))
        found = told(address)
    assert [one for one in found if isinstance(one, Event | Series)] == [
        one for one in told(past_prometheus) if isinstance(one, Event | Series)
    ]
    assert not [one for one in found if isinstance(one, Notice) and one.gap]
