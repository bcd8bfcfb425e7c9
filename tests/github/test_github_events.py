"""Deployments, runs, releases and pull requests of GitHub as events; every limit of its lists."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from github_stub import Github, deployment, running, status

from connectors.github import GithubConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.times import rfc3339

DAY = "2026-11-24T"
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
WINDOW = Window(START, START.replace(hour=11))
OLD, NEW = "a1" * 20, "b2" * 20


@pytest.fixture
def github() -> Iterator[Github]:
    with running() as held:
        yield held


@pytest.fixture
def read(github: Github) -> Callable[..., list[Any]]:
    def all_of(*only: str, window: Window = WINDOW, **settings: Any) -> list[Any]:
        streams = {name: name in only for name in ("deployments", "releases", "pull_requests")}
        given = {"use": "github", "name": "gh", "url": github.url, "repositories": ["example/shop"], "token": "t0ken"}
        checked = GithubConnector.Settings.model_validate({**given, **streams, **settings})
        return list(GithubConnector(checked, Http(30, lambda: datetime.now(UTC))).events(window))

    return all_of


def moments(records: list[Any]) -> list[tuple[str, str]]:
    return [(f"{one.at:%H:%M}", one.moment) for one in records if isinstance(one, Event)]


def test_a_deploy_is_at_the_time_of_its_success(github: Github, read: Callable[..., list[Any]]) -> None:
    """`inactive` is written when the next deployment takes its place: it is no failure."""
    github.deployments = [deployment(1, f"{DAY}09:20:00Z", NEW, ref="v1.4.2")]
    github.statuses[1] = [
        status(14, "inactive", f"{DAY}10:40:00Z"), status(13, "success", f"{DAY}09:24:00Z"),
        status(12, "in_progress", f"{DAY}09:21:00Z"),
    ]  # fmt: skip
    (one,) = read("deployments")
    assert (one.at, one.kind, one.moment) == (START + timedelta(minutes=24), "deploy", "deployed")
    assert one.title == "Deploy shop v1.4.2 b2b2b2b (production)"
    assert (one.service, one.labels["sha"], one.labels["environment"]) == ("shop", NEW, "production")
    assert one.actor_role == "login:alice" and "alice" not in one.title
    assert one.native_id == "example/shop deployment 1 status 13"


def test_a_failure_that_was_tried_again_is_two_events(github: Github, read: Callable[..., list[Any]]) -> None:
    github.deployments = [deployment(1, f"{DAY}09:20:00Z")]
    github.statuses[1] = [
        status(4, "success", f"{DAY}09:40:00Z"), status(3, "success", f"{DAY}09:39:00Z"),
        status(2, "failure", f"{DAY}09:30:00Z"),
    ]  # fmt: skip
    assert moments(read("deployments")) == [("09:30", "failed"), ("09:39", "deployed")]


def test_a_deployment_without_outcome_claims_none(github: Github, read: Callable[..., list[Any]]) -> None:
    github.deployments = [deployment(1, f"{DAY}09:20:00Z")]
    (one,) = read("deployments")
    assert (one.moment, one.title) == (
        "changed",
        "Deploy of shop main aaaaaaa requested; no outcome is recorded (production)",
    )


def shipped(github: Github, *deploys: tuple[int, str, str, str]) -> None:
    """(number, time, sha, state), oldest first."""
    github.deployments = [deployment(number, at, sha) for number, at, sha, _ in reversed(deploys)]
    github.statuses = {number: [status(number * 10, state, at)] for number, at, _, state in deploys}


def test_a_sha_that_ran_before_is_a_rollback(github: Github, read: Callable[..., list[Any]]) -> None:
    shipped(
        github, (1, "2026-11-21T09:00:00Z", OLD, "inactive"), (2, f"{DAY}09:20:00Z", NEW, "success"),
        (3, f"{DAY}09:50:00Z", OLD, "success"),
    )  # fmt: skip
    found = read("deployments")
    assert moments(found) == [("09:20", "deployed"), ("09:50", "rolled back")]
    assert found[1].labels["rolls_back"] == NEW and found[1].title.startswith("Roll back shop to main a1a1a1a")


def test_a_sha_that_was_tried_and_never_ran_is_none(github: Github, read: Callable[..., list[Any]]) -> None:
    first = (1, "2026-11-21T09:00:00Z", OLD, "failure")
    shipped(github, first, (2, f"{DAY}09:20:00Z", NEW, "success"), (3, f"{DAY}09:50:00Z", OLD, "success"))
    assert moments(read("deployments")) == [("09:20", "deployed"), ("09:50", "deployed")]


def test_the_same_sha_in_another_environment_is_no_rollback(github: Github, read: Callable[..., list[Any]]) -> None:
    shipped(github, (1, f"{DAY}09:05:00Z", OLD, "success"), (2, f"{DAY}09:20:00Z", NEW, "success"))
    github.deployments.insert(0, deployment(3, f"{DAY}09:50:00Z", OLD, environment="staging"))
    github.statuses[3] = [status(30, "success", f"{DAY}09:51:00Z")]
    assert moments(read("deployments"))[-1] == ("09:51", "deployed")


def test_deployments_are_read_newest_first_until_before_the_history(
    github: Github, read: Callable[..., list[Any]]
) -> None:
    """There is no filter by time: 100 a page, through those after the window, and no further than needed."""
    times = [START.replace(hour=23) - timedelta(hours=number) for number in range(1000)]
    github.deployments = [deployment(2000 - place, rfc3339(at)) for place, at in enumerate(times)]
    github.statuses = {one["id"]: [status(1, "success", one["created_at"])] for one in github.deployments}
    found = read("deployments", history=1)
    assert [f"{one.at:%H}" for one in found if one.at in WINDOW] == ["09", "10"]
    pages = [params["page"] for path, params in github.asked if path.endswith("/deployments") and "page" in params]
    assert pages == [] and len([path for path, _ in github.asked if path.endswith("/deployments")]) == 1
    read("deployments", history=10)
    pages = [params["page"] for path, params in github.asked if path.endswith("/deployments") and "page" in params]
    assert pages == ["2", "3"]


def test_what_waited_for_an_approval_is_told_when_it_ended(github: Github, read: Callable[..., list[Any]]) -> None:
    github.deployments = [deployment(hour, f"2026-11-23T{hour:02}:00:00Z", f"{hour:040}") for hour in (12, 10, 8)]
    github.statuses = {hour: [status(hour, "success", f"{DAY}09:{hour}:00Z")] for hour in (12, 10, 8)}
    told = [("09:10", "deployed"), ("09:12", "deployed")]
    assert moments(read("deployments", history=0)) == told, "up to a day before the window"
    github.runs = [run(1, START - timedelta(hours=20), updated_at=f"{DAY}09:40:00Z")]
    assert moments(read(workflows=["*"])) == [("09:40", "deployed")]


def test_environments_are_chosen_and_previews_left_out(github: Github, read: Callable[..., list[Any]]) -> None:
    github.deployments = [
        deployment(3, f"{DAY}09:30:00Z", environment="pr-12", transient_environment=True),
        deployment(2, f"{DAY}09:20:00Z", environment="prod-eu"),
        deployment(1, f"{DAY}09:10:00Z", environment="staging"),
    ]  # fmt: skip
    names = [
        [one.labels["environment"] for one in read("deployments", environments=globs)] for globs in ([], ["prod*"])
    ]
    assert names == [["staging", "prod-eu"], ["prod-eu"]]


def run(number: int, at: datetime, conclusion: str | None = "success", **more: Any) -> dict[str, Any]:
    ended = rfc3339(at + timedelta(minutes=5))
    return {
        "id": number, "name": "Deploy", "path": ".github/workflows/deploy.yml", "conclusion": conclusion,
        "created_at": rfc3339(at), "updated_at": ended, "head_sha": NEW, "head_branch": "main", "run_attempt": 1,
        "triggering_actor": {"login": "bob"}, "html_url": f"https://github.com/example/shop/runs/{number}", **more,
    }  # fmt: skip


def test_runs_of_deploying_workflows_are_deploys(github: Github, read: Callable[..., list[Any]]) -> None:
    github.runs = [
        run(1, START), run(2, START, "timed_out"), run(3, START, None), run(4, START, "skipped"),
        run(5, START, name="Tests", path=".github/workflows/ci.yml"),
    ]  # fmt: skip
    found = read(workflows=["deploy.yml"])
    assert [(one.native_id, one.moment, one.title) for one in found] == [
        ("example/shop run 1 attempt 1", "deployed", "Deploy of shop b2b2b2b"),
        ("example/shop run 2 attempt 1", "failed", "Deploy of shop b2b2b2b timed out"),
    ]
    assert found[0].at == START + timedelta(minutes=5)


def test_more_runs_than_the_cap_come_whole_and_once(github: Github, read: Callable[..., list[Any]]) -> None:
    github.runs = [run(number, START + timedelta(seconds=2 * number)) for number in range(2500)]
    found = read(workflows=["*"])
    assert sorted(int(one.native_id.split()[2]) for one in found) == list(range(2500))


def test_more_runs_in_one_second_than_the_cap_are_a_gap(github: Github, read: Callable[..., list[Any]]) -> None:
    github.runs = [run(number, START) for number in range(1200)]
    *found, notice = read(workflows=["*"])
    assert len(found) == 1000 and isinstance(notice, Notice) and notice.gap


def test_releases_are_changes(github: Github, read: Callable[..., list[Any]]) -> None:
    def release(number: int, at: str | None, **more: Any) -> dict[str, Any]:
        return {"id": number, "tag_name": f"v{number}", "published_at": at, "draft": at is None, **more}

    github.releases = [release(3, None), release(2, f"{DAY}09:20:00Z", prerelease=True)]
    github.releases += [release(number, "2026-01-01T00:00:00Z") for number in range(500, 100, -1)]
    found = [one for one in read("releases") if one.at in WINDOW]
    assert [(one.kind, one.title) for one in found] == [("change", "Release v2 of shop published (pre-release)")]
    assert found[0].labels["version"] == "v2"
    assert len(github.asked) == 2, "a whole page from before the window ends the list"


def test_pull_requests_are_found_by_the_time_of_their_merge(github: Github, read: Callable[..., list[Any]]) -> None:
    github.pulls = [
        {"id": n, "number": n, "title": "Cache carts", "pull_request": {"merged_at": f"{DAY}{hour:02}:20:00Z"}}
        for n, hour in ((8, 8), (9, 9), (12, 12))
    ]
    (one,) = read("pull_requests", base_branch="main")
    assert (one.title, one.kind, one.labels["repository"]) == ("Merge #9: Cache carts", "change", "example/shop")
    assert github.asked[0][1]["q"] == (
        "repo:example/shop is:pr is:merged merged:2026-11-24T09:00:00Z..2026-11-24T11:00:00Z base:main"
    )


def test_a_search_that_timed_out_is_a_gap(github: Github, read: Callable[..., list[Any]]) -> None:
    github.partial = True
    (notice,) = read("pull_requests")
    assert notice.gap and "incomplete results" in notice.detail


def test_what_one_list_refuses_is_a_gap_and_the_rest_still_comes(
    github: Github, read: Callable[..., list[Any]]
) -> None:
    github.deployments = [deployment(1, f"{DAY}09:20:00Z")]
    github.refuse = {"/releases": 403}
    found, notice = read("deployments", "releases")
    assert isinstance(found, Event) and notice.gap
    assert (
        "releases of example/shop could not be read" in notice.detail and "docs/connectors/github.md" in notice.detail
    )


@pytest.mark.parametrize(
    ("refusal", "fix"), [(401, "it is wrong, or has expired"), (404, "that the token may see it"), (403, "permissions")]
)
def test_what_refuses_everything_is_an_error(
    github: Github, read: Callable[..., list[Any]], refusal: int, fix: str
) -> None:
    github.refuse = {"": refusal}
    with pytest.raises(SourceError, match=fix):
        read("deployments", "releases")


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(github: Github, read: Callable[..., list[Any]]) -> None:
    github.deployments = [{"id": 9, "created_at": "soon"}, deployment(1, f"{DAY}09:20:00Z")]
    rejected, event = read("deployments")
    assert isinstance(rejected, Rejected) and rejected.where == "deployment 9" and isinstance(event, Event)


def test_requests_carry_the_token_and_the_version(github: Github, read: Callable[..., list[Any]]) -> None:
    read("releases")
    sent = {name.lower(): text for name, text in github.headers[0].items()}
    assert sent["authorization"] == "Bearer t0ken"
    assert (sent["accept"], sent["x-github-api-version"]) == ("application/vnd.github+json", "2022-11-28")


def test_pages_are_followed_on_our_host_only(github: Github, read: Callable[..., list[Any]]) -> None:
    """The stub's Link names api.github.com: the token goes to no host but the configured one."""
    github.releases = [
        {"id": n, "tag_name": f"v{n}", "published_at": f"{DAY}09:{n % 60:02}:00Z"} for n in range(250)
    ]  # fmt: skip
    assert len(read("releases")) == 250
