"""The contract of connectors, kept by the Datadog connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from connector_contract import Answer, Asked, ConnectorContract
from datadog_stub import Datadog, other

from connectors.datadog import DatadogConnector


class TestDatadog(ConnectorContract):
    connector = DatadogConnector
    page_size = 1000
    secrets: ClassVar[dict[str, Any]] = {"api_key": "s3cret-ap1", "app_key": "s3cret-app"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [other(f"event {number}", round(at.timestamp() * 1000)) for number, at in enumerate(records)]
        for number, one in enumerate(made):
            one["id"] = str(number)
        status, body = Datadog(made).respond(asked.path, asked.params, asked.body)
        return Answer(body, status)
