"""The contract of connectors, kept by the Unleash connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from unleash_stub import Unleash, event

from connectors.unleash import UnleashConnector
from pipeline.times import rfc3339


class TestUnleash(ConnectorContract):
    connector = UnleashConnector
    page_size = 500

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [event(number, rfc3339(at)) for number, at in enumerate(records, 1)]
        status, body = Unleash(made).respond(asked.path, asked.params)
        return Answer(body, status)
