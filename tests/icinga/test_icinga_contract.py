"""The contract of connectors, kept by the Icinga connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from connector_contract import Answer, Asked, ConnectorContract
from icinga_stub import Icinga, service

from connectors.icinga import IcingaConnector


class TestIcinga(ConnectorContract):
    connector = IcingaConnector
    secrets: ClassVar[dict[str, Any]] = {"username": "befell", "password": "s3cret-passw0rd"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [service(at.timestamp(), name=f"service-{number}") for number, at in enumerate(records)]
        status, body = Icinga({"services": made}).respond(asked.path)
        return Answer(body, status)
