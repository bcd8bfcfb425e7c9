"""`befell doctor`: each check of each source, side by side, with what to do where one is not well."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import github_stub
import kubernetes_stub
import pytest
import servers
from fake_sources import fake
from projects import small

from pipeline import times
from pipeline.cli.main import run
from pipeline.config import Config, Source
from pipeline.connector import Check, ConnectorSettings
from pipeline.doctor import examine
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.http import Http, HttpSettings
from pipeline.incident import Incident

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
OPENED = NOW - timedelta(days=20)


def source(name: str, check: Callable[[], Iterator[Check]], limit: float = 5) -> Source:
    """A source whose `check` is this, and which knows the incident INC-1."""
    return fake(name, limit, check=check, find_incident=find_incident)


def find_incident(incident_id: str) -> Incident:
    if incident_id != "INC-1":
        raise IncidentNotFound(f"no incident {incident_id}.", fix="Nearest: INC-1.")
    return Incident(id="INC-1", title="Errors", opened_at=OPENED, resolved_at=OPENED + timedelta(hours=1))


def well() -> Iterator[Check]:
    yield Check("reachable", True, "version 7")


def examined(tmp_path: Path, *sources: Source, incident_id: str = "", **keys: Any) -> dict[str, Check]:
    config = Config(connectors=sources, **keys).at(tmp_path)
    return {f"{one.source}: {one.check.name}": one.check for one in examine(config, lambda: NOW, incident_id)}


def test_a_well_place_is_well(tmp_path):
    found = examined(tmp_path, source("ci", well), source("chat", well), incident_id="INC-1")
    assert list(found) == [
        "befell: configuration", "befell: time zones", "befell: drafts", "befell: snapshots", "befell: incident",
        "ci: reachable", "chat: reachable",
    ]  # fmt: skip
    assert all(check.ok for check in found.values())
    assert found["befell: configuration"].detail == "2 sources: ci, chat"
    assert "window begins 20.0 days ago, at 2026-11-05T11:30:00Z" in found["befell: incident"].detail


def test_a_source_that_hangs_costs_its_own_time_and_is_named(tmp_path):
    over = threading.Event()

    def hanging() -> Iterator[Check]:
        yield Check("reachable", True, "version 7")
        over.wait(30)

    began = time.monotonic()
    found = examined(tmp_path, source("slow", hanging, limit=0.2), source("ci", well))
    over.set()
    assert time.monotonic() - began < 10
    assert found["slow: reachable"].ok and found["ci: reachable"].ok
    assert not found["slow: check"].ok and "no answer within 0.2 s" in found["slow: check"].detail


def test_a_check_that_fails_says_what_to_do(tmp_path):
    def down() -> Iterator[Check]:
        raise SourceError("the connection was refused.", where="https://ci.example.com", fix="Check host and port.")
        yield

    def broken() -> Iterator[Check]:
        yield from [Check("reachable", True, str(1 // 0))]

    found = examined(tmp_path, source("ci", down), source("chat", broken))
    assert found["ci: check"] == Check(
        "check", False, "https://ci.example.com: the connection was refused.", "Check host and port."
    )
    assert not found["chat: check"].ok and "ZeroDivisionError" in found["chat: check"].detail


@pytest.mark.parametrize(("days", "ok"), [(25, True), (19, False)])
def test_retention_is_held_against_the_age_of_the_incident(tmp_path, days, ok):
    def keeping() -> Iterator[Check]:
        yield Check("retention", True, f"{days} days", reaches=NOW - timedelta(days=days))

    assert examined(tmp_path, source("prom", keeping))["prom: retention"].ok
    found = examined(tmp_path, source("prom", keeping), incident_id="INC-1")["prom: retention"]
    assert found.ok is ok
    assert ok or "reaches back to 2026-11-06T12:00:00Z, and the window begins at 2026-11-05T11:30:00Z" in found.detail


def test_the_clock_of_every_server_is_compared_whether_its_connector_does_so_or_not(tmp_path):
    def ticking(ahead: timedelta) -> Source:
        class Asking:
            kind, identity, Settings = "asking", "asking:here", ConnectorSettings

            def __init__(self, settings: ConnectorSettings, http: Http) -> None:
                self.http = http

            def check(self) -> Iterator[Check]:
                with servers.serving(prometheus(200, ahead)) as url:
                    self.http.get(self.http.session(HttpSettings(url=url)), url)
                yield Check("reachable", True, url.removeprefix("http://"))

        return Source(ConnectorSettings(use="asking", name=str(ahead.seconds)), Asking)  # type: ignore[arg-type]

    config = Config(connectors=(ticking(timedelta()), ticking(timedelta(seconds=90)))).at(tmp_path)
    found = {one.source: one.check for one in examine(config, lambda: datetime.now(UTC)) if "clock" in one.check.name}
    assert found["0"].ok and found["0"].detail == "agrees with this machine's"
    assert not found["90"].ok and "s ahead of this machine's" in found["90"].detail and "NTP" in found["90"].fix


def test_an_incident_that_nobody_knows_is_not_well(tmp_path):
    found = examined(tmp_path, source("ci", well), incident_id="INC-2")["befell: incident"]
    assert not found.ok and "Nearest: INC-1." in found.detail + found.fix


def test_a_folder_that_cannot_be_written_to_is_not_well(tmp_path):
    (tmp_path / "file").touch()
    found = examined(tmp_path, source("ci", well), output={"directory": "file/drafts"})
    assert not found["befell: drafts"].ok and "file" in found["befell: drafts"].fix
    assert found["befell: snapshots"].ok and not list(tmp_path.glob(".befell"))


def test_a_machine_without_time_zones_is_not_well(tmp_path, monkeypatch):
    def unknown(name: str) -> None:
        raise ValueError("no such time zone")

    monkeypatch.setattr(times, "zone", unknown)
    assert "tzdata" in examined(tmp_path, source("ci", well))["befell: time zones"].fix


def test_a_secret_in_what_a_check_says_is_redacted(tmp_path):
    def telling() -> Iterator[Check]:
        yield Check("reachable", False, "refused Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0", "Mend it.")

    assert "eyJ" not in examined(tmp_path, source("ci", telling))["ci: reachable"].detail


# The command


def prometheus(status: int, ahead: timedelta = timedelta()) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}}).encode()
        handler.send_response_only(status)
        handler.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_the_command_tells_bad_credentials_and_a_wrong_clock(tmp_path, monkeypatch, capfd):
    project = small(tmp_path)
    with servers.serving(prometheus(401)) as locked, servers.serving(prometheus(200, timedelta(seconds=90))) as ahead:
        project.configure(
            {"name": "events", "events": "events.jsonl", "incidents": "incidents.json"},
            {"use": "prometheus", "name": "locked", "url": locked, "token": "t0ken-of-nobody"},
            {"use": "prometheus", "name": "ahead", "url": ahead},
        )
        monkeypatch.chdir(tmp_path)
        assert run(["doctor"]) == 1
    out = capfd.readouterr().out
    lines = {line.split("  ")[1].strip(): line for line in out.replace("ok      ", "ok  ").splitlines()}
    assert lines["events: events.jsonl"].startswith("ok  ")
    assert lines["locked: reachable"].startswith("NOT OK  ") and "HTTP 401" in lines["locked: reachable"]
    assert lines["locked: reachable"].endswith("Check token, or username and password.")
    assert lines["ahead: clock"].startswith("NOT OK  ") and "s ahead of this machine's" in lines["ahead: clock"]
    assert "t0ken-of-nobody" not in out


def test_the_command_says_of_each_trouble_what_to_do(tmp_path, monkeypatch, capfd):
    """Credentials, permissions, clock, time zone, retention against the incident's age, and a place to write to."""
    project = small(tmp_path)
    project.write("sys.log", "Nov 24 09:31:00 web-1 app: it failed\n")
    (tmp_path / "taken").touch()
    refusing = github_stub.Github(refuse={"/releases": 403})
    with (
        servers.serving(prometheus(401)) as locked, servers.serving(prometheus(200, timedelta(seconds=90))) as ahead,
        github_stub.running(refusing), kubernetes_stub.running() as cluster,
    ):  # fmt: skip
        project.configure(
            {"name": "events", "events": "events.jsonl", "incidents": "incidents.json", "logs": [{"path": "sys.log"}]},
            {"use": "prometheus", "name": "locked", "url": locked, "token": "t0ken-of-nobody"},
            {"use": "prometheus", "name": "ahead", "url": ahead},
            {"use": "github", "name": "ci", "url": refusing.url, "repositories": ["example/shop"]},
            {"use": "kubernetes", "name": "cluster", "url": cluster.url, "token": "t0ken"},
            output={"directory": "taken/drafts"},
        )
        monkeypatch.chdir(tmp_path)
        assert run(["doctor", "--incident-id", "INC-7", "--format", "json"]) == 1
    found = {(one["source"], one["name"]): one for one in json.loads(capfd.readouterr().out)["checks"] if not one["ok"]}
    for key, fix in {
        ("befell", "drafts"): "Let this user write to taken, or name another folder.",
        ("events", "time zone of sys.log"): "Set zone of this file",
        ("locked", "reachable"): "Check token, or username and password.",
        ("ahead", "clock"): "NTP",
        ("ci", "releases of example/shop"): "Needed: Contents: read.",
        ("cluster", "retention"): "Raise the retention of this source for the next time",
    }.items():
        assert fix in found.pop(key)["fix"]
    assert not [one for one in found.values() if not one["fix"]]


def test_the_command_gives_json_and_0_where_all_is_well(tmp_path, monkeypatch, capfd):
    small(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run(["doctor", "--incident-id", "INC-7", "--format", "json"]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["ok"] is True
    assert {tuple(check) for check in found["checks"]} == {("source", "name", "ok", "detail", "fix", "reaches")}


def test_a_mistake_in_the_configuration_is_told_as_everywhere(tmp_path, monkeypatch, capfd):
    (tmp_path / "befell.yaml").write_text("connectors: [{use: prometheus, token: '${NOT_SET}'}]\n")
    monkeypatch.chdir(tmp_path)
    assert run(["doctor"]) == 2
    assert "the environment variable NOT_SET is not set. Set NOT_SET" in capfd.readouterr().err
