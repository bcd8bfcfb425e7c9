"""Alerts, their logs and notes from Jira Service Management Operations."""

from connectors.jsm.connector import JsmConnector
from connectors.jsm.settings import JsmSettings

__all__ = ["JsmConnector", "JsmSettings"]
