"""The contract of connectors, kept by the Loki connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from loki_stub import Loki, line

from connectors.loki import LokiConnector


class TestLoki(ConnectorContract):
    connector = LokiConnector
    stream = "logs"
    page_size = 50
    limit = 50

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "query": '{namespace="shop"}', "limit": 50}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [line(f"line {number}", round(at.timestamp()) * 10**9) for number, at in enumerate(records)]
        status, body = Loki(made).respond(asked.path, asked.params)
        return Answer(body.encode() if isinstance(body, str) else body, status)
