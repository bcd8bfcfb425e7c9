"""Log lines of Loki: counts by service and level, and the templates of errors."""

from connectors.loki.connector import LokiConnector
from connectors.loki.settings import LokiSettings

__all__ = ["LokiConnector", "LokiSettings"]
