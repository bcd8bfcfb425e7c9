"""A real Icinga 2: a problem, its acknowledgement, a downtime and the recovery, by the API and by the event stream."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import servers
import urllib3

from connectors.icinga import IcingaConnector
from pipeline.event import Event
from pipeline.http import Http
from pipeline.incident import Window

pytestmark = pytest.mark.real
CONFIG = """
const NodeName = "node"
const ZoneName = "node"
include <itl>
object Endpoint NodeName {{ }}
object Zone ZoneName {{ endpoints = [ NodeName ] }}
object ApiListener "api" {{ bind_host = "127.0.0.1"; bind_port = {port} }}
object ApiUser "befell" {{ password = "s3cret"; permissions = [ "*" ] }}
object Host "web-1" {{ check_command = "dummy"; enable_active_checks = false; max_check_attempts = 1 }}
object Service "checkout" {{
  host_name = "web-1"; check_command = "dummy"; enable_active_checks = false; max_check_attempts = 1
  vars.service = "shop"
}}
"""


@pytest.fixture(scope="module")
def icinga(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an Icinga, whose certificate is signed by itself."""
    servers.require("icinga2", "openssl")
    folder, port = tmp_path_factory.mktemp("icinga"), servers.free_port()
    certs = folder / "data" / "certs"
    for name in ("data/certs", "log", "cache", "run", "spool", "conf"):
        (folder / name).mkdir(parents=True)
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=node", "-days", "30"]
    made += [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(certs / "node.key"),
        "-out",
        str(certs / "node.crt"),
    ]
    subprocess.run(made, check=True, capture_output=True)
    (certs / "ca.crt").write_bytes((certs / "node.crt").read_bytes())
    (folder / "conf" / "icinga2.conf").write_text(CONFIG.format(port=port))
    places = {"PidPath": "run/pid", "DataDir": "data", "LogDir": "log", "CacheDir": "cache", "InitRunDir": "run"}
    places |= {"SpoolDir": "spool", "ConfigDir": "conf"}
    argv = ["icinga2", "daemon", "-c", "conf/icinga2.conf"]
    argv += [f"-DConfiguration.{name}={folder / path}" for name, path in places.items()]
    me = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
    environment = {**os.environ, "ICINGA2_USER": me, "ICINGA2_GROUP": me}
    address = f"https://127.0.0.1:{port}"
    with (folder / "output.log").open("wb") as log:
        running = subprocess.Popen(argv, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        servers.wait_for(lambda: _answers(address) or running.poll() is not None)
        assert running.poll() is None, (folder / "output.log").read_text()
        yield address
    finally:
        running.terminate()
        running.wait(20)


def _answers(address: str) -> bool:
    try:
        return _asked(address, "GET", "/v1").status_code == 200
    except requests.RequestException:
        return False


def _asked(address: str, method: str, path: str, **more: Any) -> requests.Response:
    urllib3.disable_warnings()
    given = {"auth": ("befell", "s3cret"), "verify": False, "timeout": 30, "headers": {"Accept": "application/json"}}
    return requests.request(method, address + path, **given, **more)  # type: ignore[arg-type]


def _act(address: str, action: str, **more: Any) -> None:
    body = {"type": "Service", "filter": 'service.name=="checkout"', **more}
    _asked(address, "POST", f"/v1/actions/{action}", json=body).raise_for_status()


def _recorded(address: str, path: Path) -> Callable[[], str]:
    """Record the event stream to a file, as a user would with curl; gives what was recorded so far."""
    types = ["StateChange", "AcknowledgementSet", "DowntimeTriggered", "DowntimeRemoved", "CommentAdded"]
    answer = _asked(address, "POST", "/v1/events", json={"queue": "befell", "types": types}, stream=True)

    def record() -> None:
        with path.open("wb") as file, contextlib.suppress(requests.RequestException):
            for line in answer.iter_lines(chunk_size=1):
                file.write(line + b"\n")
                file.flush()

    threading.Thread(target=record, daemon=True).start()
    return lambda: path.read_text() if path.exists() else ""


def _events(address: str, base: Path, **settings: Any) -> list[Event]:
    given = {
        "use": "icinga",
        "name": "icinga",
        "url": address,
        "username": "befell",
        "password": "s3cret",
        "verify": False,
    }
    checked = IcingaConnector.Settings.model_validate({**given, **settings}, context={"base": base})
    made = IcingaConnector(checked, Http(60, lambda: datetime.now(UTC)))
    assert all(check.ok for check in made.check())
    now = datetime.now(UTC)
    return [one for one in made.events(Window(now - timedelta(hours=1), now)) if isinstance(one, Event)]


def test_objects_and_stream_of_a_real_icinga_tell_the_same(icinga: str, tmp_path: Path) -> None:
    recorded = _recorded(icinga, tmp_path / "stream.jsonl")
    _act(icinga, "process-check-result", exit_status=2, plugin_output="HTTP 500")
    _act(icinga, "acknowledge-problem", author="alice", comment="on it")
    now = datetime.now(UTC).timestamp()
    _act(icinga, "schedule-downtime", author="alice", comment="maintenance", start_time=now - 1, end_time=now + 600)
    open_now = _events(icinga, tmp_path)
    assert [(one.moment, one.service) for one in open_now] == [
        ("fired", "shop"), ("acknowledged", "shop"), ("changed", "shop"),
    ]  # fmt: skip
    assert open_now[0].title == "checkout on web-1 is CRITICAL: HTTP 500"
    assert open_now[1].episode == open_now[0].at and open_now[1].actor_role == "login:alice"

    _act(icinga, "process-check-result", exit_status=0, plugin_output="OK")
    fired, resolved, *_ = _events(icinga, tmp_path)
    assert (fired.at, resolved.moment) == (open_now[0].at, "resolved"), "the start of the state before"

    servers.wait_for(lambda: '"state":0' in recorded(), 30)
    streamed = _events(icinga, tmp_path, stream=["stream.jsonl"], objects=False)
    assert [one.moment for one in streamed] == ["fired", "acknowledged", "changed", "resolved"]
    assert (streamed[0].at, streamed[-1].at) == (fired.at, resolved.at)
    assert {one.episode for one in (*streamed[:2], streamed[-1])} == {fired.at}
