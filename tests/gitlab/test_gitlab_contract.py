"""The contract of connectors, kept by the GitLab connector."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from gitlab_stub import Gitlab, deployment

from connectors.gitlab import GitlabConnector
from pipeline.times import rfc3339


class TestGitlab(ConnectorContract):
    connector = GitlabConnector
    page_size = 100

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "projects": ["shop/checkout"]}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        made = [deployment(n, "success", rfc3339(at), f"{n:040x}") for n, at in enumerate(records)]
        status, body, link = Gitlab(made).respond(asked.path, asked.params)
        return Answer(body, status, {"Link": link} if link else {})
