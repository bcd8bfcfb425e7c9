"""The contract of connectors, kept by the incident.io connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from incidentio_stub import Incidentio, incident

from connectors.incidentio import IncidentioConnector
from pipeline.times import rfc3339


class TestIncidentio(ConnectorContract):
    """Every record is an incident that was declared."""

    connector = IncidentioConnector
    page_size = 250

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "updates": False}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [incident(number, rfc3339(at)) for number, at in enumerate(records)]
        status, body = Incidentio(made).respond(asked.path, asked.params)
        return Answer(body, status)
