"""`incidents: {from: NAME}`: an incident by its id from wherever it lives; the window is from its own times, padded."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import alertmanager_stub
import github_stub
import gitlab_stub
import incidentio_stub
import jsm_stub
import pagerduty_stub
import pytest
from projects import DAY, Done, Project

OPENED, OVER = f"{DAY}09:24:00Z", f"{DAY}10:05:00Z"
Place = Callable[[Path], Any]


@contextmanager
def pagerduty(_: Path) -> Iterator[dict[str, Any]]:
    over = pagerduty_stub.incident(1, OPENED, status="resolved", resolved_at=OVER)
    with pagerduty_stub.running(pagerduty_stub.Pagerduty(incidents=[over])) as held:
        yield {"url": held.url, "token": "key"}


@contextmanager
def incidentio(_: Path) -> Iterator[dict[str, Any]]:
    stamps = {"Impact started": OPENED, "Resolved at": OVER}
    with incidentio_stub.running(incidentio_stub.Incidentio([incidentio_stub.incident(7, OPENED, stamps)])) as held:
        yield {"url": held.url, "token": "key"}


@contextmanager
def jsm(_: Path) -> Iterator[dict[str, Any]]:
    """A closed alert that does not say when: its log does."""
    alerts = [
        jsm_stub.alert(1, OPENED, tinyId="482", status="closed"),
        jsm_stub.alert(2, f"{DAY}02:00:00Z", tinyId="4821"), jsm_stub.alert(3, f"{DAY}03:00:00Z", alias="cart-err"),
    ]  # fmt: skip
    held = jsm_stub.Jsm(alerts, {"a1": [jsm_stub.log("Alert closed via web", OVER)]})
    with jsm_stub.running(held):
        yield {"url": held.url, "token": "key", "cloud_id": "cloud-1"}


@contextmanager
def github(_: Path) -> Iterator[dict[str, Any]]:
    held = github_stub.Github(issues=[github_stub.issue(7, "incident", at=OPENED, closed_at=OVER)])
    with github_stub.running(held):
        yield {"url": held.url, "token": "key", "repositories": ["example/shop"], "incident_label": "incident"}


@contextmanager
def gitlab(_: Path) -> Iterator[dict[str, Any]]:
    held = gitlab_stub.Gitlab(issues=[gitlab_stub.issue(7, created_at=OPENED, closed_at=OVER)])
    with gitlab_stub.running(held):
        yield {"url": held.url, "token": "key", "projects": ["shop/checkout"], "incident_project": "shop/checkout"}


@contextmanager
def files(base: Path) -> Iterator[dict[str, Any]]:
    (base / "own.json").write_text(json.dumps([{"id": "INC-7", "opened_at": OPENED, "resolved_at": OVER}]))
    yield {"incidents": "own.json"}


@contextmanager
def alertmanager(base: Path) -> Iterator[dict[str, Any]]:
    """Its webhooks; nothing listens at the address."""
    earlier = alertmanager_stub.alert(1, f"{DAY}01:00:00Z", f"{DAY}01:10:00Z")
    told = (earlier, alertmanager_stub.alert(1, OPENED), alertmanager_stub.alert(1, OPENED, OVER))
    alertmanager_stub.write(base / "hooks.jsonl", *map(alertmanager_stub.webhook, told))
    yield {"url": "http://127.0.0.1:1", "current": False, "webhooks": ["hooks.jsonl"]}


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        (pagerduty, "PINC1"), (pagerduty, "1"), (incidentio, "INC-7"), (jsm, "a1"), (jsm, "#482"), (jsm, "cart-errors"),
        (github, "7"), (github, "#7"), (gitlab, "7"), (files, "INC-7"), (alertmanager, f"{1:016x}"),
        (alertmanager, f"{1:016x}-20261124T092400Z"), (alertmanager, "CartErrors"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)  # fmt: skip
def test_an_incident_by_id_gives_the_window(
    place: Place, asked: str, project: Project, befell: Callable[..., Done]
) -> None:
    project.write("incidents.json", [{"id": asked, "opened_at": f"{DAY}01:00:00Z", "resolved_at": f"{DAY}02:00:00Z"}])
    with ExitStack() as running:
        desk = running.enter_context(place(project.folder))
        elsewhere = {"name": "elsewhere", "events": "events.jsonl", "incidents": "incidents.json"}
        project.configure(
            elsewhere, {"use": place.__name__, "name": "desk", **desk},
            incidents={"from": "desk"}, window={"before": "20m", "after": "10m"},
        )  # fmt: skip
        done = befell("timeline", "--incident-id", asked, "--format", "json")
    found = json.loads(done.out)
    assert found["window"] == {"start": f"{DAY}09:04:00Z", "end": f"{DAY}10:15:00Z"}, done.err
    assert found["incident"]["title"] and found["ingest"]["elsewhere"]["read"] == 5, "other sources give evidence only"


@pytest.mark.parametrize("place", [pagerduty, incidentio, jsm, github, gitlab, files, alertmanager])
def test_an_id_that_it_does_not_know_names_the_nearest(
    place: Place, project: Project, befell: Callable[..., Done]
) -> None:
    with ExitStack() as running:
        desk = running.enter_context(place(project.folder))
        project.configure({"use": place.__name__, "name": "desk", **desk}, incidents={"from": "desk"})
        done = befell("draft", "--incident-id", "INC-8")
    assert done.code == 1 and "'INC-8' was not found: desk:" in done.err and "Nearest: " in done.err


def test_a_source_that_makes_incidents_of_alerts_is_asked_where_it_is_named_or_alone(
    project: Project, befell: Callable[..., Done]
) -> None:
    with alertmanager(project.folder) as alerts, github(project.folder) as desk:
        both = ({"use": "alertmanager", "name": "alerts", **alerts}, {"use": "github", "name": "desk", **desk})
        project.configure(*both)
        assert "alerts:" not in befell("draft", "--incident-id", "CartErrors").err
        project.configure(both[0])
        assert befell("draft", "--incident-id", "CartErrors").out == f"postmortems/{1:016x}-20261124T092400Z.md\n"
