"""The contract of connectors that speak HTTP, kept by the Prometheus connector: the example of how it is used."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from support.connector_contract import Asked, ConnectorContract

from connectors.prometheus import PrometheusConnector
from pipeline.event import Event


class TestPrometheusContract(ConnectorContract):
    connector = PrometheusConnector

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        """Each record is one alert that fired then for one sample, half a minute after it became active."""
        query = asked.params.get("query", "")
        if not asked.path.endswith("/query"):
            return data({"version": "2.42.0", "groups": [], "storageRetention": "15d"})
        if query.startswith("ALERTS"):
            name = query.partition("{")[0].partition("[")[0]
            return data({"resultType": "matrix", "result": [samples(name, *one) for one in enumerate(records)]})
        found = [] if "lowest" in query else [{"metric": {}, "value": [0, "2"]}]
        return data({"resultType": "vector", "result": found})

    def count(self, found: Sequence[Any]) -> int:
        """An alert from before the window may be resolved within it: it counts where it fired."""
        return super().count([one for one in found if isinstance(one, Event) and one.moment == "fired"])


def samples(name: str, number: int, at: datetime) -> dict[str, Any]:
    labels = {"__name__": name, "alertname": f"Alert{number}", "service": "web"}
    labels |= {"alertstate": "firing"} if name == "ALERTS" else {}
    value = "1" if name == "ALERTS" else str((at - timedelta(seconds=30)).timestamp())
    return {"metric": labels, "values": [[at.timestamp(), value]]}


def data(what: Any) -> dict[str, Any]:
    return {"status": "success", "data": what}
