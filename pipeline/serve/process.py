"""One process of the service: its pages, its worker, or both, until it is told to stop."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import uvicorn

from pipeline.config import Config
from pipeline.serve.app import made
from pipeline.serve.desk import Desk
from pipeline.serve.jobs import Jobs
from pipeline.serve.metrics import Metrics
from pipeline.serve.worker import Worker
from pipeline.store import Store

Role = Literal["all", "web", "worker"]
STUCK_S = 60.0  # a worker that has not looked for so long is told of in /readyz
WAIT_S = 30  # what drafts that run get when the process is told to stop


def serve(
    config: Config,
    store: Store,
    clock: Callable[[], datetime],
    log: Any,
    *,
    role: Role,
    host: str,
    port: int,
    name: str,
) -> None:
    """Serve until SIGTERM or SIGINT. `name` is that of this process, and stays the same when it starts again.

    A worker serves its pages too, except the hooks: /healthz, /readyz and /metrics are wanted everywhere.
    """
    metrics = Metrics()
    with _working(config, store, clock, log, metrics, name) if role != "web" else _idle() as looked:
        desk = Desk(config, store, clock, metrics, log, looked)
        app = made(desk, hooks=role != "worker")
        log.info("serving", role=role, host=host, port=port, name=name)
        try:
            uvicorn.run(
                app, host=host, port=port, log_config=None, access_log=False, server_header=False,
                proxy_headers=False,  # whose header is trusted is for `serve.login` to say
            )  # fmt: skip
        except SystemExit as end:  # it was told to stop, has stopped in order, and raises the signal again
            if end.code != 128 + signal.SIGTERM:
                raise
    log.info("stopped")


@contextmanager
def _idle() -> Iterator[Callable[[], str]]:
    yield lambda: ""


@contextmanager
def _working(
    config: Config, store: Store, clock: Callable[[], datetime], log: Any, metrics: Metrics, name: str
) -> Iterator[Callable[[], str]]:
    """A worker in a thread of its own; yields what tells why it does not work."""
    worker = Worker(config, store, clock, name, metrics, log)
    jobs = Jobs(_address(config), name, worker.handlers)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=[jobs, stop], name="worker")
    began = clock()
    thread.start()

    def looked() -> str:
        silent = (clock() - (worker.looked or began)).total_seconds()
        return f"has not looked for what is due for {silent:.0f} s" if silent > STUCK_S else ""

    try:
        yield looked
    finally:
        stop.set()
        thread.join()
        jobs.close(WAIT_S)


def _address(config: Config) -> str:
    """Jobs are kept beside the drafts' state, or in the same PostgreSQL as the store."""
    store = config.store_address or ""
    return store if "://" in store and not store.startswith("sqlite") else str(config.snapshots.parent / "jobs.db")


def this_process(port: int) -> str:
    """A name that is the same after a restart, and that no other process here has."""
    return f"{socket.gethostname()}-{port}"
