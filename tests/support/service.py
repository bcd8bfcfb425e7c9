"""A real `befell serve`, as a process on 127.0.0.1."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import requests
from support.projects import BEFELL
from support.servers import free_port, wait_for


class Serving:
    """One process of the service; it can be killed at any point and begun again."""

    def __init__(self, folder: Path, *options: str, port: int | None = None) -> None:
        self.folder, self.options = folder, options
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / f"serve-{self.port}.log").open("ab")
        words = [str(BEFELL), "serve", "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log, env={**os.environ})
        log.close()
        wait_for(self.answers, 60)

    def answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=1).ok
        return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    @property
    def log(self) -> str:
        return (self.folder / f"serve-{self.port}.log").read_text()

    def metrics(self) -> str:
        return requests.get(f"{self.url}/metrics", timeout=10).text


@contextlib.contextmanager
def service(folder: Path, *options: str) -> Iterator[Serving]:
    one = Serving(folder, *options)
    one.start()
    try:
        yield one
    finally:
        if one.process and one.process.poll() is None:
            one.kill()
