"""The contract of connectors, kept by the Kubernetes connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from kubernetes_stub import Kubernetes, event

from connectors.kubernetes import KubernetesConnector
from pipeline.times import rfc3339


class TestKubernetes(ConnectorContract):
    connector = KubernetesConnector
    page_size = 500

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "event_hours": 24, "rollouts": False}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        times = [rfc3339(at) for at in records]
        made = [event(f"e{n}", firstTimestamp=at, lastTimestamp=at) for n, at in enumerate(times)]
        status, body = Kubernetes(made).respond(asked.path, asked.params)
        return Answer(body, status)
