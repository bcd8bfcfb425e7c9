"""The contract of connectors, kept by the Argo CD connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from argocd_stub import Argocd, application, entry
from connector_contract import Answer, Asked, ConnectorContract

from connectors.argocd import ArgocdConnector
from pipeline.times import rfc3339


class TestArgocd(ConnectorContract):
    connector = ArgocdConnector

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [application(f"app-{n}", entry(1, rfc3339(at))) for n, at in enumerate(records)]
        status, body = Argocd(made or [application("quiet")]).respond(asked.path, [])
        return Answer(body, status)
