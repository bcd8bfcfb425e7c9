"""What the history of an application tells."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from argocd_stub import AT, Argocd, application, entry, running

from connectors.argocd import ArgocdConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

DAY = "2026-11-24T"
WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
OLD, NEW = "a1" * 20, "b2" * 20


@pytest.fixture
def argocd() -> Iterator[Argocd]:
    with running() as held:
        yield held


def connector(argocd: Argocd, **settings: Any) -> ArgocdConnector:
    given = {"use": "argocd", "name": "argo", "url": argocd.url, "token": "t0ken", **settings}
    return ArgocdConnector(ArgocdConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def read(argocd: Argocd, **settings: Any) -> list[Any]:
    return list(connector(argocd, **settings).events(WINDOW))


def test_each_entry_of_the_history_is_a_deploy(argocd: Argocd) -> None:
    source = {"repoURL": "https://github.com/example/manifests"}
    argocd.applications = [application("checkout", entry(3, AT, NEW, source=source))]
    (one,) = read(argocd)
    assert (one.kind, one.moment, one.title) == ("deploy", "deployed", "Deploy checkout b2b2b2b (checkout)")
    assert (one.service, one.labels["sha"], one.labels["namespace"]) == ("checkout", NEW, "prod")
    assert one.labels["repository"] == source["repoURL"] and one.actor_role == "login:alice"
    assert one.url == f"{argocd.url}/applications/argocd/checkout"
    assert argocd.headers[0]["Authorization"] == "Bearer t0ken"


def test_a_revision_that_ran_before_is_a_rollback(argocd: Argocd) -> None:
    """The order is that of time; the same revision once more in a row (a sync of drift) undoes nothing."""
    argocd.applications = [
        application(
            "checkout", entry(4, f"{DAY}09:50:00Z", OLD), entry(1, f"{DAY}07:00:00Z", OLD),
            entry(2, f"{DAY}07:30:00Z", OLD), entry(3, f"{DAY}09:20:00Z", NEW),
        )
    ]  # fmt: skip
    found = read(argocd)
    assert [(one.moment, one.labels.get("rolls_back", "")) for one in found] == [
        ("deployed", ""), ("deployed", ""), ("deployed", ""), ("rolled back", NEW),
    ]  # fmt: skip
    assert found[-1].title == "Roll back checkout to a1a1a1a (checkout)"


def test_a_failed_operation_is_a_failed_deploy(argocd: Argocd) -> None:
    operation = {
        "phase": "Failed", "startedAt": f"{DAY}09:29:00Z", "finishedAt": f"{DAY}09:31:00Z",
        "message": "one or more objects failed to apply", "syncResult": {"revision": NEW},
        "operation": {"initiatedBy": {"username": "bob"}},
    }  # fmt: skip
    argocd.applications = [application("checkout", operation=operation)]
    (one,) = read(argocd)
    assert (f"{one.at:%H:%M}", one.moment, one.title) == (
        "09:31",
        "failed",
        "Deploy of checkout b2b2b2b failed (checkout)",
    )
    assert "failed to apply" in one.body and one.actor_role == "login:bob"


def test_several_sources_and_charts_are_versions_too(argocd: Argocd) -> None:
    several = {**entry(1, AT), "revisions": ["1.4.2", NEW], "sources": [{"repoURL": "https://charts"}, {}]}
    del several["revision"]
    argocd.applications = [application("checkout", several)]
    (one,) = read(argocd)
    assert one.title == "Deploy checkout 1.4.2, b2b2b2b (checkout)"
    assert one.labels["version"] == "1.4.2" and "sha" not in one.labels


def test_a_service_is_named_by_the_configuration_the_label_or_the_application(argocd: Argocd) -> None:
    argocd.applications = [
        application("a-prod", entry(1, AT)), application("b-prod", entry(1, AT), labels={"service": "b"}),
        application("c", entry(1, AT)), application("d-test", entry(1, AT)),
    ]  # fmt: skip
    settings = {"services": {"a-prod": "a"}, "service_label": "service", "applications": ["*-prod", "c"]}
    assert [one.service for one in read(argocd, **settings)] == ["a", "b", "c"]


def test_projects_are_asked_for(argocd: Argocd) -> None:
    argocd.applications = [application("a", entry(1, AT), project="shop"), application("b", entry(1, AT), project="x")]
    assert [one.service for one in read(argocd, projects=["shop", "y"])] == ["a"]


@pytest.mark.parametrize(("limit", "gap"), [({}, True), ({"revisionHistoryLimit": 20}, False)])
def test_a_full_history_that_begins_in_the_window_is_a_gap(argocd: Argocd, limit: dict[str, int], gap: bool) -> None:
    history = [entry(number, f"{DAY}09:{number}:00Z", f"{number:040}") for number in range(30, 40)]
    argocd.applications = [application("checkout", *history, **limit)]
    gaps = [one for one in read(argocd) if isinstance(one, Notice)]
    assert [one.gap for one in gaps] == [True] * gap
    assert not gap or ("its last 10 deploys" in gaps[0].detail and "09:30:00Z are not seen" in gaps[0].detail)


def test_a_full_history_that_begins_before_the_window_is_whole(argocd: Argocd) -> None:
    history = [entry(number, f"{DAY}08:{number}:00Z", f"{number:040}") for number in range(30, 40)]
    argocd.applications = [application("checkout", *history)]
    assert all(isinstance(one, Event) for one in read(argocd))


def test_doctor_says_how_far_back_the_fullest_history_goes(argocd: Argocd) -> None:
    history = [entry(number, f"{DAY}08:{number}:00Z", f"{number:040}") for number in range(30, 40)]
    argocd.applications = [application("checkout", *history), application("cart", entry(1, f"{DAY}09:00:00Z"))]
    (check,) = connector(argocd).check()
    assert check.reaches == datetime.fromisoformat(f"{DAY}08:30:00Z")
    argocd.applications = argocd.applications[1:]
    assert [check.reaches for check in connector(argocd).check()] == [None], "nothing was forgotten"


def test_nothing_visible_is_said(argocd: Argocd) -> None:
    (notice,) = read(argocd)
    assert notice.kind == "no-applications" and not notice.gap
    (check,) = connector(argocd).check()
    assert not check.ok and "0 of 0" in check.detail and "policy" in check.fix


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(argocd: Argocd) -> None:
    argocd.applications = [application("checkout", {"id": 1, "revision": NEW}, entry(2, AT)), {"metadata": {}}]
    found = read(argocd, applications=["*"])
    assert sorted(type(one).__name__ for one in found) == ["Event", "Rejected", "Rejected"]
    assert [one.where for one in found if isinstance(one, Rejected)] == ["checkout 1", "None"]
    assert any(isinstance(one, Event) for one in found)


@pytest.mark.parametrize(("status", "fix"), [(401, "generate-token"), (403, "the policy")])
def test_a_refusal_says_what_to_do(argocd: Argocd, status: int, fix: str) -> None:
    argocd.status = status
    with pytest.raises(SourceError, match=fix):
        read(argocd)
