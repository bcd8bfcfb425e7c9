"""The contract of connectors, kept by the Sentry connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from sentry_stub import Sentry, issue

from connectors.sentry import SentryConnector


class TestSentry(ConnectorContract):
    connector = SentryConnector
    page_size = 100

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "organization": "shop"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        held = Sentry([issue(number, at.isoformat()) for number, at in enumerate(records)])
        status, body, link = held.respond(asked.path, asked.params)
        return Answer(body, status, {"Link": link})
