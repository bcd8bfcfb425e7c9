"""The contract of connectors, kept by the Slack connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from slack_stub import Slack, said

from connectors.slack import SlackConnector
from connectors.slack.messages import ts_of


class TestSlack(ConnectorContract):
    connector = SlackConnector
    page_size = 200

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "channels": ["C024BE91L"]}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        """No two messages of a channel have the same `ts`: the last digits count up."""
        made = [said(f"message {number}", f"{ts_of(at)[:-6]}{number:06}") for number, at in enumerate(records)]
        status, body = Slack(made).respond(asked.path, asked.params)
        return Answer(body, status)
