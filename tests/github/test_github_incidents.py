"""Issues as incidents, and what doctor asks of GitHub."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from github_stub import Github, issue, running

from connectors.github import GithubConnector
from pipeline.errors import IncidentNotFound
from pipeline.http import Http

SINCE = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def github() -> Iterator[Github]:
    with running() as held:
        yield held


def connector(github: Github, **settings: Any) -> GithubConnector:
    given = {"use": "github", "name": "gh", "url": github.url, "repositories": ["example/shop"]}
    checked = GithubConnector.Settings.model_validate({**given, "incident_label": "incident", **settings})
    return GithubConnector(checked, Http(30, lambda: datetime.now(UTC)))


@pytest.mark.parametrize("spelled", ["42", "#42", "example/shop#42"])
def test_an_issue_is_an_incident_by_its_label(github: Github, spelled: str) -> None:
    github.issues = [issue(42, "Incident", "severity: high", "service: checkout", closed_at="2026-11-24T10:30:00Z")]
    found = connector(github).find_incident(spelled)
    assert (found.id, found.title, found.severity, found.severity_raw) == ("42", "Checkout fails", "SEV-2", "high")
    assert found.services == ("checkout",)
    assert found.opened_at and found.resolved_at and (found.resolved_at - found.opened_at).total_seconds() == 3600
    assert found.url == "https://github.com/example/shop/issues/42"


def test_an_open_one_is_not_resolved(github: Github) -> None:
    github.issues = [issue(42, "incident")]
    found = connector(github).find_incident("42")
    assert (found.resolved_at, found.severity, found.services) == (None, "", ())


@pytest.mark.parametrize("wanted", ["41", "43", "44", "INC-4", "4x"])
def test_other_issues_are_not_found_and_the_nearest_are_named(github: Github, wanted: str) -> None:
    github.issues = [issue(42, "incident"), issue(43, "bug"), issue(44, "incident", pull_request={})]
    with pytest.raises(IncidentNotFound, match="Nearest: 42"):
        connector(github).find_incident(wanted)


def test_recent_incidents_come_page_by_page(github: Github) -> None:
    github.issues = [issue(number, "incident") for number in range(250, 0, -1)] + [issue(999, "bug")]
    assert [one.id for one in connector(github).recent_incidents(SINCE)] == [str(n) for n in range(250, 0, -1)]
    assert github.asked[0][1]["since"] == "2026-11-24T00:00:00Z"


def test_without_a_label_no_issue_is_an_incident(github: Github) -> None:
    assert not GithubConnector.Settings.model_validate(
        {"use": "github", "name": "gh", "repositories": ["a/b"]}
    ).knows_incidents


def test_doctor_names_the_permission_that_is_missing(github: Github) -> None:
    github.refuse = {"/deployments": 403}
    told = {check.name: check for check in connector(github).check()}
    assert told["example/shop"].ok and told["releases of example/shop"].ok and told["issues of example/shop"].ok
    assert not told["deployments of example/shop"].ok
    assert "Needed: Deployments: read." in told["deployments of example/shop"].fix
