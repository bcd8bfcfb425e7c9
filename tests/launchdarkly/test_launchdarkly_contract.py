"""The contract of connectors, kept by the LaunchDarkly connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from launchdarkly_stub import Launchdarkly, entry

from connectors.launchdarkly import LaunchdarklyConnector


class TestLaunchdarkly(ConnectorContract):
    connector = LaunchdarklyConnector
    page_size = 20
    limit = 20

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [entry(number, round(at.timestamp() * 1000)) for number, at in enumerate(records)]
        status, body = Launchdarkly(made).respond(asked.path, asked.params)
        return Answer(body, status)
