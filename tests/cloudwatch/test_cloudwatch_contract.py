"""The contract of connectors, kept by the CloudWatch connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import pytest
from cloudwatch_stub import KEYS, Cloudwatch, line, went
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


class TestCloudwatchLogs(TestCloudwatch):
    """By a filter pattern: some answers are empty and have more behind them."""

    stream = "logs"
    page_size = 50
    more: ClassVar[dict[str, Any]] = {}

    @pytest.fixture(autouse=True)
    def held(self) -> None:
        self.aws = Cloudwatch(most=self.page_size or 10_000)  # remembers the queries of Insights

    def settings(self, url: str) -> dict[str, Any]:
        return {**super().settings(url), "log_groups": ["/shop/checkout"], "alarms": [], **self.more}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        numbered = enumerate(round(at.timestamp() * 1000) for at in records)
        self.aws.lines["/shop/checkout"] = [{**line("an error", at), "eventId": f"e{n}"} for n, at in numbered]
        status, body = self.aws.respond(asked.headers.get("X-Amz-Target", ""), asked.body)
        return Answer(body, status)


class TestCloudwatchInsights(TestCloudwatchLogs):
    """By Logs Insights, whose answers are cut in silence."""

    page_size = None
    limit = 10_000
    more: ClassVar[dict[str, Any]] = {"insights": "@message like /error/"}
