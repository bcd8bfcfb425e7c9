"""Jobs that outlive the process that began them, on dbos.

A job has a key: what is submitted under a key runs once, also when several processes submit it, and goes on where it
was when its process starts again. The store says what there is to do; so what dbos loses is submitted anew under
another key, and every job may run twice.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy import make_url

from pipeline.errors import BefellError

VERSION = "1"  # raised by hand when old jobs cannot be run any more: by itself dbos strands jobs at each upgrade
_NAME, _QUEUE = "befell", "befell-jobs"

Handler = Callable[[str], None]


class Jobs:
    """One per process. `executor` names it, the same when it starts again, and no other process has that name."""

    def __init__(self, address: str, executor: str, handlers: Mapping[str, Handler], *, at_once: int = 1) -> None:
        logging.getLogger("dbos").setLevel(logging.WARNING)
        config: DBOSConfig = {
            "name": _NAME, "system_database_url": _url(address), "application_version": VERSION,
            "executor_id": executor, "log_level": "WARNING",
        }  # fmt: skip
        DBOS(config=config)

        @DBOS.workflow(name="befell_job")
        def job(kind: str, argument: str) -> None:
            handlers[kind](argument)

        self._job = job
        DBOS.launch()
        DBOS.register_queue(_QUEUE, worker_concurrency=at_once, on_conflict="always_update")

    def submit(self, kind: str, key: str, argument: str = "") -> None:
        """Have a job done; nothing where its key was submitted before. BefellError where it cannot be kept."""
        try:
            with SetWorkflowID(f"{kind}:{key}"):
                DBOS.enqueue_workflow(_QUEUE, self._job, kind, argument)
        except Exception as problem:  # noqa: BLE001 - dbos and its database raise anything
            raise BefellError(
                f"job {kind} {key} was not taken: {problem}", where="jobs", fix="It is tried again."
            ) from None

    def status(self, kind: str, key: str) -> str:
        """PENDING, ENQUEUED, SUCCESS, ERROR or "" where there is none."""
        found = DBOS.get_workflow_status(f"{kind}:{key}")
        return str(found.status) if found else ""

    def close(self, wait_s: int = 0) -> None:
        """Stop taking jobs; those that run get `wait_s` seconds to end."""
        DBOS.destroy(workflow_completion_timeout_sec=wait_s)


def _url(address: str) -> str:
    """dbos's own tables: a file of its own that can be read while it is written, or a schema in PostgreSQL."""
    if "://" in address and not address.startswith("sqlite"):
        return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    path = Path(address)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    return f"sqlite:///{path}"
