"""The contract of connectors, kept by the GitHub connector: by search, by link, and with a request a record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from connector_contract import Answer, Asked, ConnectorContract
from github_stub import Github, deployment, status

from connectors.github import GithubConnector
from pipeline.times import rfc3339


class _Contract(ConnectorContract):
    connector = GithubConnector
    page_size = 100
    reads = ""

    def settings(self, url: str) -> dict[str, Any]:
        streams = {name: name == self.reads for name in ("deployments", "releases", "pull_requests")}
        return {"url": url, "repositories": ["example/shop"], **streams}

    def holds(self, github: Github, number: int, at: str) -> None:
        raise NotImplementedError

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        github = Github()
        for number, at in enumerate(records):
            self.holds(github, number, rfc3339(at))
        status, body, link = github.respond(asked.path, asked.params)
        return Answer(body, status, {"Link": link} if link else {})


class TestGithubPullRequests(_Contract):
    reads = "pull_requests"
    limit = 1000

    def holds(self, github: Github, number: int, at: str) -> None:
        github.pulls.append({"id": number, "number": number, "title": "Change", "pull_request": {"merged_at": at}})


class TestGithubReleases(_Contract):
    reads = "releases"

    def holds(self, github: Github, number: int, at: str) -> None:
        github.releases.insert(0, {"id": number, "tag_name": "v1", "published_at": at, "draft": False})


class TestGithubDeployments(_Contract):
    reads = "deployments"

    def holds(self, github: Github, number: int, at: str) -> None:
        github.deployments.insert(0, deployment(number, at, f"{number:040x}"))
        github.statuses[number] = [status(number, "success", at)]
