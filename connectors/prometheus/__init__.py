"""Prometheus, and what speaks its API (Thanos, Mimir, VictoriaMetrics): alert episodes and metrics."""

from connectors.prometheus.connector import PrometheusConnector

__all__ = ["PrometheusConnector"]
