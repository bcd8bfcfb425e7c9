"""The contract of connectors, kept by the Alertmanager connector."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alertmanager_stub import Alertmanager, current, write
from connector_contract import Answer, Asked, ConnectorContract

from connectors.alertmanager import AlertmanagerConnector
from pipeline.times import rfc3339


class TestAlertmanager(ConnectorContract):
    connector = AlertmanagerConnector

    @pytest.fixture(autouse=True)
    def webhooks(self, tmp_path: Path) -> None:
        """No webhook came so far: without any file of them, that Alertmanager tells of now only is a gap."""
        self.stored = write(tmp_path / "webhooks.jsonl")

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "webhooks": [str(self.stored)]}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [current(number, rfc3339(at)) for number, at in enumerate(records, 1)]
        status, body = Alertmanager(made).respond(asked.path, {})
        return Answer(body, status)
