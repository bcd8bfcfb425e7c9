"""The contract of connectors, kept by the connector to Jira Service Management Operations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from jsm_stub import Jsm, alert

from connectors.jsm import JsmConnector
from pipeline.times import rfc3339


class TestJsm(ConnectorContract):
    """Every record is an alert that fired."""

    connector = JsmConnector
    page_size = 100

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "cloud_id": "cloud-1", "logs": False, "notes": False, "history": 0}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [alert(number, rfc3339(at)) for number, at in enumerate(records)]
        status, body = Jsm(made).respond(asked.path, asked.params)
        return Answer(body, status)
