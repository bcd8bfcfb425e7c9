"""The contract of connectors, kept by the Statuspage connector, over the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from statuspage_stub import Statuspage, incident

from connectors.statuspage import StatuspageConnector
from pipeline.times import rfc3339


class TestStatuspage(ConnectorContract):
    """Every record is an incident with one post."""

    connector = StatuspageConnector
    page_size = 100

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "page_id": "p1"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [incident(number, began=rfc3339(at)) for number, at in enumerate(records)]
        status, body = Statuspage(made).respond(asked.path, asked.params)
        return Answer(body, status)
