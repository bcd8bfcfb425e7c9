"""A Prometheus that holds one past incident, and a connector to it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import prometheus_past
import pytest
import servers

from connectors.prometheus import PrometheusConnector
from pipeline.http import Http


@pytest.fixture(scope="session")
def past_prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.prometheus(tmp_path_factory.mktemp("past"), openmetrics=prometheus_past.incident().text()) as address:
        yield address


@pytest.fixture
def connect() -> Callable[..., PrometheusConnector]:
    """A connector with these settings, on the day after the incident."""

    def build(url: str, now: Callable[[], datetime] | None = None, **settings: Any) -> PrometheusConnector:
        limit = settings.pop("time_limit", 30)
        checked = PrometheusConnector.Settings.model_validate(
            {"use": "prometheus", "name": "prom", "url": url} | settings
        )
        return PrometheusConnector(checked, Http(limit, now or (lambda: datetime(2026, 3, 11, tzinfo=UTC))))

    return build
