"""Many sources at once: all are read side by side, and one that hangs or fails costs itself and nothing else."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
import servers
from fake_sources import fake
from making_repositories import Repo
from projects import DAY, EVENTS, INCIDENT, Project

from pipeline.collect import collect
from pipeline.config import Config
from pipeline.event import Event
from pipeline.incident import Incident, Window

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))


@pytest.mark.parametrize(("own", "total"), [(0.3, 30), (30, 2)])
def test_twelve_sources_are_read_at_once_and_the_one_that_hangs_is_left(tmp_path, own, total):
    """Eleven wait until all of them are being read: one after the other they would never end."""
    together, over = threading.Barrier(11), threading.Event()

    def events(window: Window) -> Iterator[Event]:
        together.wait(20)
        yield Event(at=window.start, kind="deploy", moment="deployed", title="Deploy", native_id="1")

    def hanging(window: Window) -> Iterator[Event]:
        yield Event(at=window.start, kind="alert", moment="fired", title="Errors", native_id="1")
        over.wait(60)

    sources = [fake(f"source-{number}", limit=20, events=events) for number in range(11)]
    config = Config(connectors=(fake("slow", limit=own, events=hanging), *sources))
    config = config.model_copy(update={"deadline": timedelta(seconds=total)}).at(tmp_path)
    began = time.monotonic()
    found = collect(Incident(id="INC-1", title="Errors", window=WINDOW), config, lambda: NOW)
    over.set()
    assert time.monotonic() - began < 10
    assert [(notice.source, notice.kind, notice.gap) for notice in found.notices] == [("slow", "timed out", True)]
    assert len(found.events) == 12, "what the slow one had given is kept"


def test_a_draft_of_eight_sources_names_the_two_that_failed_and_ends_with_3(tmp_path):
    project = Project(tmp_path)
    for number, event in enumerate(EVENTS):
        project.write(f"part-{number}.jsonl", [event])
    project.write("incidents.json", [INCIDENT])
    project.write("web.log", f"{DAY}09:31:00Z ERROR checkout failed\n")
    repo = Repo(tmp_path / "shop")
    repo.commit("09:10", "Change")
    repo.tag("09:25", "v1", message="deploy")

    def refuse(handler: BaseHTTPRequestHandler) -> None:
        handler.send_error(401)

    start = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"'
    with servers.dripping(start, b" ") as hanging, servers.serving(refuse) as locked:
        project.configure(
            {"name": "desk", "incidents": "incidents.json"},
            *({"name": f"part-{number}", "events": f"part-{number}.jsonl"} for number in range(3)),
            {"name": "web", "logs": [{"path": "web.log", "service": "checkout"}]},
            {"use": "git", "name": "deploys", "path": "shop", "deploys": [{"tags": "v*"}]},
            {"use": "prometheus", "name": "hanging-metrics", "url": hanging, "time_limit": 1},
            {"use": "prometheus", "name": "locked-metrics", "url": locked, "token": "t0ken-of-nobody"},
            incidents={"from": "desk"},
        )
        done = project.run("draft", "--incident-id", "INC-7", "--output", "-")
    assert done.code == 3, done.err
    assert "hanging-metrics" in done.out and "longer than the 1 s" in done.out
    assert "locked-metrics" in done.out and "HTTP 401 Unauthorized" in done.out
    assert "t0ken-of-nobody" not in done.out
    for there in ("Deploy checkout 4.2", "Errors high", "v1"):
        assert there in done.out
