"""Annotations, alert state history and panels of Grafana."""

from connectors.grafana.connector import GrafanaConnector
from connectors.grafana.settings import GrafanaSettings

__all__ = ["GrafanaConnector", "GrafanaSettings"]
