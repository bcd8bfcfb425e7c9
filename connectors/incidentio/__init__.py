"""Incidents and their updates from incident.io."""

from connectors.incidentio.connector import IncidentioConnector
from connectors.incidentio.settings import IncidentioSettings

__all__ = ["IncidentioConnector", "IncidentioSettings"]
