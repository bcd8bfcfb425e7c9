"""Alarms and logs of Amazon CloudWatch."""

from connectors.cloudwatch.connector import CloudwatchConnector
from connectors.cloudwatch.settings import CloudwatchSettings

__all__ = ["CloudwatchConnector", "CloudwatchSettings"]
