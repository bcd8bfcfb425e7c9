"""Deployments and incidents of GitLab."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from gitlab_stub import Gitlab, deployment, issue, running

from connectors.gitlab import GitlabConnector
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

DAY = "2026-11-24T"
WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
OLD, NEW = "a1" * 20, "b2" * 20


@pytest.fixture
def gitlab() -> Iterator[Gitlab]:
    with running() as held:
        yield held


def connector(gitlab: Gitlab, **settings: Any) -> GitlabConnector:
    given = {"use": "gitlab", "name": "gl", "url": gitlab.url, "projects": ["shop/checkout"], "token": "t0ken"}
    checked = GitlabConnector.Settings.model_validate({**given, **settings})
    return GitlabConnector(checked, Http(30, lambda: datetime.now(UTC)))


def read(gitlab: Gitlab, **settings: Any) -> list[Any]:
    return list(connector(gitlab, **settings).events(WINDOW))


@pytest.mark.parametrize(
    ("status", "moment", "title"),
    [
        ("success", "deployed", "Deploy checkout main b2b2b2b (production)"),
        ("failed", "failed", "Deploy of checkout main b2b2b2b failed (production)"),
        ("canceled", "failed", "Deploy of checkout main b2b2b2b canceled (production)"),
        ("running", "changed", "Deploy of checkout main b2b2b2b requested; no outcome is recorded (production)"),
    ],
)
def test_each_outcome_is_told_failures_too(gitlab: Gitlab, status: str, moment: str, title: str) -> None:
    gitlab.deployments = [deployment(5, status, f"{DAY}09:24:00.123Z", NEW)]
    (one,) = read(gitlab)
    assert (one.kind, one.moment, one.title) == ("deploy", moment, title)
    assert (one.service, one.labels["sha"], one.actor_role) == ("checkout", NEW, "login:alice")
    assert "Alice" not in str(one)


def test_what_was_skipped_is_none(gitlab: Gitlab) -> None:
    gitlab.deployments = [deployment(5, "skipped", f"{DAY}09:24:00Z")]
    assert read(gitlab) == []


def test_the_time_is_that_of_the_job_s_end(gitlab: Gitlab) -> None:
    """The deployment itself may be changed later: it is looked for until a day after the window."""
    late = deployment(5, "success", f"{DAY}09:24:00.500Z")
    gitlab.deployments = [{**late, "updated_at": f"{DAY}14:00:00Z"}]
    (one,) = read(gitlab)
    assert one.at == datetime(2026, 11, 24, 9, 24, 0, 500_000, tzinfo=UTC)


def test_a_deployment_by_the_api_has_no_job(gitlab: Gitlab) -> None:
    gitlab.deployments = [deployment(5, "success", f"{DAY}09:24:00Z", deployable=None)]
    (one,) = read(gitlab)
    assert (f"{one.at:%H:%M}", one.url) == ("09:24", "")


def test_a_sha_that_ran_before_is_a_rollback(gitlab: Gitlab) -> None:
    gitlab.deployments = [
        deployment(1, "success", "2026-11-21T09:00:00Z", OLD), deployment(2, "failed", f"{DAY}08:00:00Z", "c" * 40),
        deployment(3, "success", f"{DAY}09:20:00Z", NEW), deployment(4, "success", f"{DAY}09:50:00Z", OLD),
        deployment(5, "success", f"{DAY}09:55:00Z", OLD, environment={"name": "staging"}),
    ]  # fmt: skip
    found = [(one.moment, one.labels.get("rolls_back", "")) for one in read(gitlab) if one.at in WINDOW]
    assert found == [("deployed", ""), ("rolled back", NEW), ("deployed", "")]


def test_environments_are_chosen_and_review_apps_left_out(gitlab: Gitlab) -> None:
    names = ["review/fix-1", "staging", "prod/eu"]
    gitlab.deployments = [
        deployment(n, "success", f"{DAY}09:2{n}:00Z", environment={"name": name}) for n, name in enumerate(names)
    ]
    assert [one.labels["environment"] for one in read(gitlab)] == ["staging", "prod/eu"]
    assert [one.labels["environment"] for one in read(gitlab, environments=["prod/*"])] == ["prod/eu"]


def test_a_tag_is_a_version(gitlab: Gitlab) -> None:
    made = deployment(1, "success", f"{DAY}09:24:00Z", ref="v1.4.2")
    gitlab.deployments = [{**made, "deployable": {**made["deployable"], "tag": True}}]
    assert read(gitlab)[0].labels["version"] == "v1.4.2"


def test_one_project_that_is_refused_is_a_gap(gitlab: Gitlab) -> None:
    gitlab.deployments = [deployment(1, "success", f"{DAY}09:24:00Z")]
    found, notice = read(gitlab, projects=["shop/checkout", "shop/secret"])
    assert isinstance(found, Event) and isinstance(notice, Notice) and notice.gap
    assert "deployments of shop/secret" in notice.detail and "that the token may see it" in notice.detail


@pytest.mark.parametrize(("status", "fix"), [(401, "expired or revoked"), (403, "read_api"), (404, "may see it")])
def test_what_refuses_everything_is_an_error(gitlab: Gitlab, status: int, fix: str) -> None:
    gitlab.refuse = {"": status}
    with pytest.raises(SourceError, match=fix):
        read(gitlab)


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(gitlab: Gitlab) -> None:
    made = deployment(1, "success", f"{DAY}09:24:00Z")
    gitlab.deployments = [made, {**made, "id": 2, "sha": "x", "deployable": {"finished_at": "soon"}}]
    event, rejected = read(gitlab)
    assert isinstance(event, Event) and isinstance(rejected, Rejected) and rejected.where == "deployment 2"


def test_the_token_goes_to_the_configured_host(gitlab: Gitlab) -> None:
    gitlab.deployments = [deployment(n, "success", f"{DAY}09:24:00Z", f"{n:040}") for n in range(150)]
    assert len(read(gitlab)) == 150
    assert [one["Authorization"] for one in gitlab.headers] == ["Bearer t0ken"] * 2


@pytest.mark.parametrize("spelled", ["42", "#42", "shop/checkout#42"])
def test_an_incident_is_found(gitlab: Gitlab, spelled: str) -> None:
    gitlab.issues = [issue(42, "severity::2", "service::checkout", closed_at=f"{DAY}10:30:00.000Z")]
    found = connector(gitlab, incident_project="shop/checkout").find_incident(spelled)
    assert (found.id, found.severity, found.services) == ("42", "SEV-2", ("checkout",))
    assert found.resolved_at and found.url == "https://gitlab.example/i/42"


def test_gitlab_s_own_severity_counts_where_no_label_says_it(gitlab: Gitlab) -> None:
    gitlab.issues = [issue(2, severity="CRITICAL"), issue(1)]
    recent = connector(gitlab, incident_project="shop/checkout").recent_incidents(WINDOW.start)
    assert [one.severity for one in recent] == ["SEV-1", ""]


def test_a_label_can_say_what_is_an_incident(gitlab: Gitlab) -> None:
    gitlab.issues = [issue(42, "Outage", issue_type="issue"), issue(43, "bug")]
    asked = connector(gitlab, incident_project="shop/checkout", incident_label="outage")
    assert asked.find_incident("42").id == "42"
    with pytest.raises(IncidentNotFound):
        asked.find_incident("43")


@pytest.mark.parametrize("wanted", ["41", "44", "INC-1"])
def test_the_nearest_are_named(gitlab: Gitlab, wanted: str) -> None:
    gitlab.issues = [issue(42), issue(44, issue_type="issue")]
    with pytest.raises(IncidentNotFound, match="Nearest: 42"):
        connector(gitlab, incident_project="shop/checkout").find_incident(wanted)


def test_doctor_tells_which_project_cannot_be_read(gitlab: Gitlab) -> None:
    checks = {one.name: one for one in connector(gitlab, projects=["shop/checkout", "gone"]).check()}
    assert checks["deployments of shop/checkout"].ok and not checks["deployments of gone"].ok
