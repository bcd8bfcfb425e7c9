"""The contract of connectors, kept by the Jenkins connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from jenkins_stub import Jenkins, build

from connectors.jenkins import JenkinsConnector


class TestJenkins(ConnectorContract):
    connector = JenkinsConnector
    page_size = 100

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "jobs": ["shop/deploy"]}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [build(n, round(at.timestamp() * 1000), duration=0) for n, at in enumerate(records, 1)]
        status, body = Jenkins(made[::-1]).respond(asked.path, asked.params["tree"])
        return Answer(body, status)
