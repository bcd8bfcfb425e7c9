"""The Prometheus connector."""

from collections.abc import Iterator
from typing import ClassVar

from connectors.prometheus.alerts import alert_events
from connectors.prometheus.api import Api
from connectors.prometheus.checks import checks
from connectors.prometheus.metrics import metric_series
from connectors.prometheus.pieces import NO_ENTRY
from connectors.prometheus.retention import retention_notice, retention_unknown
from connectors.prometheus.settings import PrometheusSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Series
from pipeline.http import Http, HttpError
from pipeline.incident import Window


class PrometheusConnector:
    """Alert episodes and metrics of one Prometheus, or of what speaks its API."""

    kind: ClassVar[str] = "prometheus"
    Settings: ClassVar[type[PrometheusSettings]] = PrometheusSettings
    needs: ClassVar[str] = "read access to the HTTP API"
    limits: ClassVar[tuple[str, ...]] = (
        "retention", "11,000 points a series", "queries that are too large or too slow", "partial answers",
    )  # fmt: skip

    def __init__(self, settings: PrometheusSettings, http: Http) -> None:
        self.identity = f"prometheus:{settings.base}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)
        self._retention_told = False

    def events(self, window: Window) -> Iterator[Event | Notice]:
        if self._settings.alerts:
            yield from self._retention(window)
            yield from alert_events(self._api, self._settings, window, self._http.now())

    def series(self, window: Window) -> Iterator[Series | Notice]:
        if self._settings.metrics:
            yield from self._retention(window)
        for metric in self._settings.metrics:
            yield from metric_series(self._api, self._settings, metric, window)

    def check(self) -> Iterator[Check]:
        return checks(self._api, self._settings, self._http, self._http.now())

    def _retention(self, window: Window) -> Iterator[Notice]:
        """Once for both, before anything else: an unreachable server is found out here."""
        if self._retention_told:
            return
        self._retention_told = True
        try:
            notice = retention_notice(self._api, window, self._http.now())
        except HttpError as problem:
            if problem.status in NO_ENTRY:
                raise
            notice = retention_unknown(problem)
        if notice:
            yield notice
