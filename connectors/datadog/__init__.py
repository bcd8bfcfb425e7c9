"""Monitors, events and logs of Datadog."""

from connectors.datadog.connector import DatadogConnector
from connectors.datadog.settings import DatadogSettings

__all__ = ["DatadogConnector", "DatadogSettings"]
