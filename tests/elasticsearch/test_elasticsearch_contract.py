"""The contract of connectors, kept by the Elasticsearch connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from connector_contract import Answer, Asked, ConnectorContract
from elasticsearch_stub import Elasticsearch, record

from connectors.elasticsearch import ElasticsearchConnector


class TestElasticsearch(ConnectorContract):
    connector = ElasticsearchConnector
    stream = "logs"
    page_size = 50

    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("connectors.elasticsearch.api.PAGE", 50)

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "index": "logs-*"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [record(f"line {number}", round(at.timestamp()) * 1000) for number, at in enumerate(records)]
        held = Elasticsearch(made, opened={"point-1"})
        status, body = held.respond(asked.method, asked.path, asked.params, asked.body)
        return Answer(body, status)
