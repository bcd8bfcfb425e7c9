"""Emulators of AWS, on 127.0.0.1; `.ci/run` installs them in an environment of their own."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import requests
import servers
from cloudwatch_stub import KEYS

from pipeline.aws import AwsSettings, Service
from pipeline.http import Http

BIN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "befell-tests" / "aws" / "bin"


@contextlib.contextmanager
def emulator(folder: Path, program: str, *options: str, **environment: str) -> Iterator[str]:
    """The address of an emulator that listens on the port PORT of its options or environment."""
    servers.require(str(BIN / program))
    port = str(servers.free_port())
    argv = [str(BIN / program), *(one.replace("PORT", port) for one in options)]
    given = {**os.environ, **{name: text.replace("PORT", port) for name, text in environment.items()}}
    with (folder / "output.log").open("wb") as log:
        running = subprocess.Popen(argv, cwd=folder, env=given, stdout=log, stderr=log)
    try:
        servers.wait_for(lambda: _listens(f"http://127.0.0.1:{port}/") or running.poll() is not None)
        assert running.poll() is None, (folder / "output.log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(20)


def _listens(address: str) -> bool:
    try:
        requests.get(address, timeout=1)
    except requests.RequestException:
        return False
    return True


def now() -> datetime:
    return datetime.now(UTC)


def ministack(folder: Path, **environment: str) -> contextlib.AbstractContextManager[str]:
    """It knows the history of alarms, and the calls that CloudTrail recorded."""
    return emulator(folder, "ministack", BIND_HOST="127.0.0.1", GATEWAY_PORT="PORT", **environment)


def moto(folder: Path) -> contextlib.AbstractContextManager[str]:
    """It pages log events."""
    return emulator(folder, "moto_server", "-H", "127.0.0.1", "-p", "PORT")


def service(address: str, host: str, target: str) -> Service:
    """What asks the emulator directly, as a user of AWS would."""
    return Service(AwsSettings.model_validate({**KEYS, "url": address}), Http(60, now), host, target, {})
