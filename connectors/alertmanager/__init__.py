"""Alerts of Alertmanager: those of now, and those that it sent to a webhook receiver."""

from connectors.alertmanager.connector import AlertmanagerConnector
from connectors.alertmanager.settings import AlertmanagerSettings

__all__ = ["AlertmanagerConnector", "AlertmanagerSettings"]
