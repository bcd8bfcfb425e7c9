"""One draft of eight sources read at once, of which one hangs and one has bad credentials: the draft names both."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from typing import Any

import github_stub
import pagerduty_stub
import pytest
import servers
import slack_stub
import unleash_stub
from making_repositories import Repo
from projects import DAY, Done, Project, books

HANG = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"'
WELL = ("desk", "parts", "deploys", "ci", "chat", "flags")


def refuse(handler: BaseHTTPRequestHandler) -> None:
    handler.send_error(401)


def named(name: str, use: str, **settings: Any) -> dict[str, Any]:
    return {"name": name, "use": use, "token": f"t0ken-of-{name}", **settings}


@pytest.fixture
def project(tmp_path: Any) -> Iterator[Project]:
    """Six sources that are well, in files, in a repository and on servers of vendors, and two that are not."""
    project = Project(tmp_path)
    alert = {"id": "a1", "time": f"{DAY}09:31:00Z", "kind": "alert", "title": "Errors high", "service": "cart"}
    early = {**alert, "id": "a9", "time": "2026-11-20T09:00:00Z", "title": "Long before"}
    project.write("events.jsonl", [alert, early, {"id": "a2", "time": "soon", "kind": "alert", "title": "When?"}])
    project.write("web.log", f"{DAY}09:31:00Z ERROR cart failed\n" * 3)
    repo = Repo(tmp_path / "shop")
    repo.commit("09:10", "Change")
    repo.tag("09:22", "v1", message="deploy")
    with ExitStack() as running:
        at = {
            stub.__name__: running.enter_context(stub.place(tmp_path))
            for stub in (pagerduty_stub, github_stub, slack_stub, unleash_stub)
        }
        project.configure(
            named("desk", "pagerduty", **at["pagerduty_stub"]),
            {"name": "parts", "events": "events.jsonl", "logs": [{"path": "web.log", "service": "cart"}]},
            {"use": "git", "name": "deploys", "path": "shop", "deploys": [{"tags": "v*"}]},
            named("ci", "github", **at["github_stub"]),
            named("chat", "slack", **at["slack_stub"]),
            named("flags", "unleash", **at["unleash_stub"]),
            named("metrics", "prometheus", url=running.enter_context(servers.dripping(HANG, b" "))),
            named("dashboards", "grafana", url=running.enter_context(servers.serving(refuse))),
            incidents={"from": "desk"},
            deadline="5s",
        )
        yield project


def test_the_draft_names_the_source_that_hangs_and_the_one_that_is_locked(project: Project) -> None:
    """Each source may take 60 s; what ends this run is the deadline of all together."""
    began = time.monotonic()
    done = project.run("draft", "--incident-id", "PINC1")
    assert time.monotonic() - began < 15, "the server that hangs goes on for 20 s"
    assert done == Done(3, "postmortems/PINC1.md\n", done.err)
    draft = (project.folder / "postmortems/PINC1.md").read_text()
    sources = draft.split("## Data sources")[1]
    (metrics,) = [line for line in sources.splitlines() if "metrics" in line and "longer than the" in line]
    (dashboards,) = [line for line in sources.splitlines() if "dashboards" in line and "HTTP 401" in line]
    assert "Raise time_limit (and deadline)" in metrics and "Check token: that of a service account" in dashboards
    assert metrics.endswith("fewer metrics).") and dashboards.endswith("it may have been revoked."), "to their ends"
    assert "t0ken-of" not in draft and "s3cret" not in draft
    found = books(draft)
    assert set(found) == {*WELL, "metrics", "dashboards"}
    assert all(found[name]["Read"] for name in WELL) and not found["metrics"]["Read"] + found["dashboards"]["Read"]
    assert found["parts"] == {
        "Read": 6, "Parsed": 5, "Rejected": 1, "Shown": 1, "Outside window": 1, "Merged": 0, "Summarised": 3,
        "Bytes skipped": 0,
    }  # fmt: skip
