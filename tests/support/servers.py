"""Real servers for tests: on 127.0.0.1, ready when they are yielded, gone when the block ends.

A missing program skips the test; with BEFELL_REQUIRE_REAL=1 in the environment it fails instead.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

START_S = 20.0


def require(*programs: str) -> None:
    """Skip (or fail, see above) where a program is not installed."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing and os.environ.get("BEFELL_REQUIRE_REAL") == "1":
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], bool], seconds: float = START_S) -> None:
    """Ask until it is so; TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise TimeoutError(f"not so within {seconds:g} s")
        time.sleep(0.05)


@contextlib.contextmanager
def process(argv: list[str], ready: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running program whose `ready` address answers 200; its output goes to `folder`/output.log."""
    log = folder / "output.log"
    with log.open("wb") as output, subprocess.Popen(argv, stdout=output, stderr=output, cwd=folder) as running:
        try:
            wait_for(lambda: _answers(ready) or running.poll() is not None)
            assert running.poll() is None, log.read_text()
            yield running
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=1).status_code == 200
    except requests.RequestException:
        return False


@contextlib.contextmanager
def prometheus(folder: Path, config: str = "", openmetrics: str = "") -> Iterator[str]:
    """The address of a Prometheus with this configuration and, loaded before it starts, these samples of the past."""
    require("prometheus", "promtool")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(config or "global: {}\n")
    if openmetrics:
        (folder / "past.om").write_text(openmetrics)
        load = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "past.om", "tsdb"]
        subprocess.run(load, cwd=folder, check=True, capture_output=True)
    port = free_port()
    argv = ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb"]
    argv += ["--storage.tsdb.retention.time=10y", f"--web.listen-address=127.0.0.1:{port}"]
    address = f"http://127.0.0.1:{port}"
    with process(argv, f"{address}/-/ready", folder):
        yield address


@contextlib.contextmanager
def victoria_metrics(folder: Path) -> Iterator[str]:
    """The address of a VictoriaMetrics."""
    require("victoria-metrics")
    folder.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{free_port()}"
    argv = ["victoria-metrics", f"-httpListenAddr={address.removeprefix('http://')}", "-retentionPeriod=10y"]
    with process([*argv, "-storageDataPath=data"], f"{address}/health", folder):
        yield address


@contextlib.contextmanager
def alertmanager(folder: Path, config: str) -> Iterator[str]:
    """The address of an Alertmanager with this configuration."""
    require("prometheus-alertmanager")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "alertmanager.yml").write_text(config)
    port = free_port()
    argv = ["prometheus-alertmanager", "--config.file=alertmanager.yml", "--storage.path=data"]
    argv += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    address = f"http://127.0.0.1:{port}"
    with process(argv, f"{address}/-/ready", folder):
        yield address


@contextlib.contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """The address of a small HTTP server in a thread; `answer` writes the response to each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(ConnectionError):
                answer(self)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def dripping(start: bytes, part: bytes) -> Iterator[str]:
    """The address of a server that sends `start`, then `part` every 50 ms for 20 s: each read is quick, none ends."""
    over = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(start)
        for _ in range(400):
            if over.wait(0.05):
                return
            handler.wfile.write(part)

    with serving(answer) as address:
        yield address
        over.set()
