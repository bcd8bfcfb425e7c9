"""The contract of connectors, kept by the CloudWatch connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from cloudwatch_stub import KEYS, Cloudwatch, went
from connector_contract import Answer, Asked, ConnectorContract

from connectors.cloudwatch import CloudwatchConnector


class TestCloudwatch(ConnectorContract):
    connector = CloudwatchConnector
    page_size = 100
    secrets: ClassVar[dict[str, Any]] = {"secret_key": "s3cret-k3y", "session_token": "s3cret-t0ken"}

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "region": KEYS["region"], "access_key": KEYS["access_key"]}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [went("ALARM", at.timestamp(), f"alarm-{number}") for number, at in enumerate(records)]
        status, body = Cloudwatch(made).respond(asked.headers.get("X-Amz-Target", ""), asked.body)
        return Answer(body, status)
