"""Incidents, alerts, notes and changes of PagerDuty."""

from connectors.pagerduty.connector import PagerdutyConnector
from connectors.pagerduty.settings import PagerdutySettings

__all__ = ["PagerdutyConnector", "PagerdutySettings"]
