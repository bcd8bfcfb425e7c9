"""The contract of connectors, kept by the Grafana connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from grafana_stub import Grafana, note

from connectors.grafana import GrafanaConnector


class TestGrafana(ConnectorContract):
    """Every record is an annotation."""

    connector = GrafanaConnector
    page_size = 500

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "history": "annotations"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [note(number, at=round(at.timestamp() * 1000)) for number, at in enumerate(records, 1)]
        status, body = Grafana(made).respond(asked.path, {name: [text] for name, text in asked.params.items()})
        return Answer(body, status)
