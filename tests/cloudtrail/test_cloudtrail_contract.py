"""The contract of connectors, kept by the CloudTrail connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from cloudtrail_stub import KEYS, Cloudtrail, call
from connector_contract import Answer, Asked, ConnectorContract

from connectors.cloudtrail import CloudtrailConnector


class TestCloudtrail(ConnectorContract):
    connector = CloudtrailConnector
    page_size = 50
    secrets: ClassVar[dict[str, Any]] = {"secret_key": "s3cret-k3y"}

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "region": KEYS["region"], "access_key": KEYS["access_key"]}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [call(at=at.timestamp(), number=number) for number, at in enumerate(records)]
        status, body = Cloudtrail(made).respond(asked.headers.get("X-Amz-Target", ""), asked.body)
        return Answer(body, status)
