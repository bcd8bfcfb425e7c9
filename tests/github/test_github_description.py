"""Every request to GitHub is one that GitHub's published description of its API knows."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from github_stub import DESCRIBED, PATHS, Github, issue, ordinary, running, undescribed

from connectors.github import GithubConnector
from pipeline.errors import IncidentNotFound
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))


@pytest.fixture(scope="module")
def asked() -> Github:
    """A GitHub that was asked for all that the connector can ask for."""
    held = ordinary()
    held.issues.append(issue(8, "incident"))
    with running(held):
        given = {
            "use": "github", "name": "ci", "url": held.url, "repositories": ["example/shop"], "deployments": True,
            "workflows": ["deploy*"], "releases": True, "pull_requests": True, "incident_label": "incident",
        }  # fmt: skip
        made = GithubConnector(GithubConnector.Settings.model_validate(given), Http(30, lambda: WINDOW.end))
        assert list(made.events(WINDOW)) and all(check.ok for check in made.check())
        assert list(made.recent_incidents(WINDOW.start)) and made.find_incident("7").id == "7"
        with pytest.raises(IncidentNotFound):
            made.find_incident("9")
    return held


def test_every_request_is_described(asked: Github) -> None:
    assert [why for path, params in asked.asked if (why := undescribed(path, params))] == []


def test_every_description_that_is_kept_is_of_a_request(asked: Github) -> None:
    """So that the excerpt does not outlive the code."""
    paths = {urlsplit(path).path for path, _ in asked.asked}
    assert [name for name, form in PATHS.items() if not any(form.fullmatch(path) for path in paths)] == []


def test_what_is_not_described_is_refused() -> None:
    path = "/repos/example/shop/issues"
    assert undescribed(path, {"state": "all", "per_page": "100"}) == ""
    assert undescribed(path, {"state": "some"}) == f"{path}: state=some"
    assert undescribed(path, {"per_page": "many"}) == f"{path}: per_page=many"
    assert undescribed(path, {"created_after": "x"}) == f"{path}: created_after"
    assert undescribed("/search/issues", {}) == "/search/issues: q"
    assert undescribed("/repos/example/shop/deploys", {}) == "/repos/example/shop/deploys"
    assert all(DESCRIBED.values())
