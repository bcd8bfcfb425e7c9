"""Child processes, each in its own process group, and all of them stopped at the end whatever happens."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self


class LabError(Exception):
    """The lab cannot go on: what it waited for did not happen, or a program is missing."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, happened: Callable[[], bool], timeout: float = 30.0, every: float = 0.1) -> None:
    """Return once `happened()`; LabError names what did not happen in `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not happened():
        if time.monotonic() > deadline:
            raise LabError(f"waited {timeout:g} s in vain for: {what}")
        time.sleep(every)


class Processes:
    """Starts processes and makes temporary directories; `__exit__` ends the one and removes the other."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []
        self._dirs: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._running):
            self.stop(process)
        for path in self._dirs:
            shutil.rmtree(path, ignore_errors=True)

    def temp_dir(self, what: str) -> Path:
        self._dirs.append(Path(tempfile.mkdtemp(prefix=f"befell-lab-{what}-")))
        return self._dirs[-1]

    def start(
        self, command: Sequence[str], log: Path, cwd: Path, *, listen: bool = False
    ) -> subprocess.Popen[str]:  # fmt: skip
        """Start `command` with what it says in `log`; with `listen` its stdout is there to be read."""
        program = shutil.which(command[0])
        if program is None:
            raise LabError(f"{command[0]} is not installed")
        with log.open("a") as errors:
            process = subprocess.Popen(
                [program, *command[1:]], cwd=cwd, text=True,
                stdout=subprocess.PIPE if listen else errors, stderr=errors, start_new_session=True,
            )  # fmt: skip
        self._running.append(process)
        return process

    def start_ready(self, command: Sequence[str], log: Path, cwd: Path) -> subprocess.Popen[str]:
        """Start a service and wait until it prints `ready`."""
        process = self.start(command, log, cwd, listen=True)
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise LabError(f"{' '.join(command)} did not start:\n{log.read_text()[-2000:]}")
        return process

    def stop(self, process: subprocess.Popen[str]) -> None:
        """End the process and its whole group: politely first (SIGINT), by force after 3 s."""
        for sign in (signal.SIGINT, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
                process.wait(3)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        process.wait()
        if process.stdout:
            process.stdout.close()
