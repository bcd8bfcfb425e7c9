"""The contract of connectors, kept by the PagerDuty connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from pagerduty_stub import Pagerduty, entry, incident

from connectors.pagerduty import PagerdutyConnector
from pipeline.times import rfc3339


class TestPagerduty(ConnectorContract):
    """Every record is the first log entry of an incident of its own."""

    connector = PagerdutyConnector
    page_size = 100

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "alerts": False, "notes": False}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [
            entry(f"R{n}", at=rfc3339(at), of=incident(n, rfc3339(at), first_trigger_log_entry={"id": f"R{n}"}))
            for n, at in enumerate(records)
        ]
        params = {name: [text] for name, text in asked.params.items()}
        status, body = Pagerduty(made).respond(asked.path, params)
        return Answer(body, status)
