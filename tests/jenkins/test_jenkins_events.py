"""Builds as deploys, and how the list of builds ends."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jenkins_stub import AT_MS, Jenkins, build, running

from connectors.jenkins import JenkinsConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=2))
HOUR_MS = 3_600_000


@pytest.fixture
def jenkins() -> Iterator[Jenkins]:
    with running() as held:
        yield held


def connector(jenkins: Jenkins, **settings: Any) -> JenkinsConnector:
    given = {"use": "jenkins", "name": "ci", "url": jenkins.url, "jobs": ["shop/deploy"], **settings}
    return JenkinsConnector(JenkinsConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def read(jenkins: Jenkins, **settings: Any) -> list[Any]:
    return list(connector(jenkins, **settings).events(WINDOW))


def test_a_deploy_is_at_the_build_s_end(jenkins: Jenkins) -> None:
    """`timestamp` is the start."""
    jenkins.builds = [build(1, parameters={"VERSION": "1.4.2", "ENVIRONMENT": "prod"}, sha="b2" * 20)]
    (one,) = read(jenkins, services={"shop/deploy": "checkout"})
    assert one.at == START + timedelta(minutes=25, seconds=30)
    assert (one.kind, one.moment, one.title) == ("deploy", "deployed", "Deploy checkout 1.4.2 (shop/deploy #1)")
    assert (one.labels["version"], one.labels["sha"], one.labels["environment"]) == ("1.4.2", "b2" * 20, "prod")
    assert one.labels["started_at"] == "2026-11-24T09:24:00Z" and one.actor_role == "login:alice"


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ("FAILURE", [("failed", "Deploy of deploy failed (shop/deploy #1)")]),
        ("ABORTED", [("failed", "Deploy of deploy aborted (shop/deploy #1)")]),
        ("UNSTABLE", [("deployed", "Deploy deploy, unstable (shop/deploy #1)")]),
        ("NOT_BUILT", []), (None, []),
    ],
)  # fmt: skip
def test_results(jenkins: Jenkins, result: str | None, told: list[tuple[str, str]]) -> None:
    jenkins.builds = [build(1, result=result)]
    assert [(one.moment, one.title) for one in read(jenkins)] == told


def test_a_version_that_ran_before_is_a_rollback(jenkins: Jenkins) -> None:
    runs = [("cart", "1"), ("cart", "2"), ("checkout", "2"), ("checkout", "1"), ("cart", "1")]
    jenkins.builds = [
        build(number, AT_MS + number * 1000, parameters={"SERVICE": service, "VERSION": version})
        for number, (service, version) in enumerate(runs, 1)
    ][::-1]
    found = read(jenkins, service_parameter="SERVICE")
    assert [(one.service, one.moment) for one in found][-2:] == [("checkout", "deployed"), ("cart", "rolled back")]
    assert found[-1].labels["rolls_back"] == "2" and found[-1].title.startswith("Roll back cart to 1")


def test_all_builds_are_read_by_range_until_before_the_history(jenkins: Jenkins) -> None:
    """One an hour; 7 days of history and the window are 170 builds or so, of 1,000."""
    jenkins.builds = [build(1000 - place, AT_MS + (48 - place) * HOUR_MS) for place in range(1000)]
    found = read(jenkins)
    assert sum(one.at in WINDOW for one in found) == 2 and not [one for one in found if isinstance(one, Notice)]
    assert [tree[tree.rindex("{") :] for tree in jenkins.asked] == ["{0,100}", "{100,200}", "{200,300}"]


def test_a_build_that_begins_meanwhile_makes_none_come_twice(jenkins: Jenkins) -> None:
    jenkins.builds, jenkins.grows = [build(number, AT_MS + number) for number in range(250, 0, -1)], 2
    numbers = [one.native_id for one in read(jenkins)]
    assert numbers[:250] == [f"shop/deploy #{number}" for number in range(1, 251)] and len(numbers) == len(set(numbers))


def test_a_build_that_ran_into_the_window_is_told(jenkins: Jenkins) -> None:
    """Up to a day before, however short the history."""
    hours = [10, 11, 30, 50]
    jenkins.builds = [
        build(4 - place, AT_MS - long * HOUR_MS, duration=long * HOUR_MS) for place, long in enumerate(hours)
    ]
    told = [one.native_id for one in read(jenkins, history=0) if one.at in WINDOW]
    assert told[-2:] == ["shop/deploy #3", "shop/deploy #4"]


def test_discarded_builds_are_a_gap(jenkins: Jenkins) -> None:
    jenkins.builds = [build(8), build(7)]
    notice, *found = read(jenkins)
    assert notice.gap and "builds before #7 (2026-11-24T09:24:00Z) were discarded" in notice.detail
    assert len(found) == 2


def test_one_job_that_is_refused_is_a_gap(jenkins: Jenkins) -> None:
    jenkins.builds = [build(1)]
    found, notice = read(jenkins, jobs=["shop/deploy", "shop/gone"])
    assert isinstance(found, Event) and notice.gap and "builds of shop/gone" in notice.detail


@pytest.mark.parametrize(("status", "fix"), [(401, "API token"), (403, "Job/Read"), (404, "with its folders")])
def test_what_refuses_everything_is_an_error(jenkins: Jenkins, status: int, fix: str) -> None:
    jenkins.status = status
    with pytest.raises(SourceError, match=fix):
        read(jenkins)


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(jenkins: Jenkins) -> None:
    jenkins.builds = [{"number": 2}, build(1)]
    rejected, event = read(jenkins)
    assert isinstance(rejected, Rejected) and rejected.where == "shop/deploy #2" and isinstance(event, Event)


def test_the_account_and_its_token_are_sent(jenkins: Jenkins) -> None:
    read(jenkins, username="befell", password="t0ken")
    assert jenkins.headers[0]["Authorization"] == "Basic " + base64.b64encode(b"befell:t0ken").decode()
