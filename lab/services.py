"""The running services: a deploy starts the version of a tag on the same port, then lets the old one drain."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

from lab.deploys import Repository
from lab.processes import Processes, free_port


class Services:
    """`checkout` and `search`, each run from a work tree of the deploy repository."""

    def __init__(self, processes: Processes, repository: Repository, logs: Path, dsn: str) -> None:
        self.processes, self.repository, self.logs = processes, repository, logs
        self.trees = processes.temp_dir("releases")
        self.index = self.trees / "index.bin"
        self.ports = {"checkout": free_port(), "search": free_port()}
        self.options = {"checkout": ["--dsn", dsn], "search": ["--index", str(self.index)]}
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._starts = 0

    def deploy(self, service: str, version: str, *, rollback: bool = False) -> tuple[str, datetime]:
        """Put the version into service and record the deploy once it has taken over; the tag and its time."""
        self.restart(service, version)
        return self.repository.tag_deploy(service, version, rollback)

    def restart(self, service: str, version: str) -> None:
        """Start a new process of the version; when it is ready the old one takes no more requests and drains."""
        old = self._running.get(service)
        self.start(service, version)
        if old is not None:
            old.terminate()

    def start(self, service: str, version: str) -> None:
        """Start a process of the version and wait until it serves; LabError with what it said where it does not."""
        self._starts += 1
        tree = self.repository.check_out(service, version, self.trees / f"{service}-{version}-{self._starts}")
        command = [sys.executable, "-m", f"shop.{service}", "--port", str(self.ports[service]), "--version", version]
        command += ["--logs", str(self.logs.resolve()), *self.options[service]]
        self._running[service] = self.processes.start_ready(command, self.trees / f"{service}.stderr", tree)

    def stop(self, service: str) -> None:
        self._running.pop(service).terminate()

    def fill_disk(self, ratio: float) -> None:
        """Grow or shrink the index of search to this share of its quota (4 MB)."""
        with self.index.open("ab") as file:
            file.truncate(int(4_000_000 * ratio))

    def rotate(self, name: str) -> None:
        """Move `<name>` to `<name>.1`, the older ones up by one; the services reopen the file by themselves."""
        for number in (2, 1):
            older = self.logs / f"{name}.{number}"
            if older.exists():
                older.rename(self.logs / f"{name}.{number + 1}")
        (self.logs / name).rename(self.logs / f"{name}.1")
