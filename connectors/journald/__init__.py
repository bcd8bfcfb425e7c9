"""Errors and units of the systemd journal."""

from connectors.journald.connector import JournaldConnector
from connectors.journald.settings import JournaldSettings

__all__ = ["JournaldConnector", "JournaldSettings"]
