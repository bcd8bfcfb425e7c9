"""Incidents, posts and maintenance of a Statuspage."""

from connectors.statuspage.connector import StatuspageConnector
from connectors.statuspage.settings import StatuspageSettings

__all__ = ["StatuspageConnector", "StatuspageSettings"]
