"""Parts of files read by the workers of a Dask cluster, which see the files under the paths that this machine does.

A worker that dies is made up for by the others: the scheduler hands out again what it had, and what it had found.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from pickle import PickleError
from typing import Any

from pipeline.errors import BefellError
from pipeline.logs.parts import Part, Task, read_part
from pipeline.logs.workers import in_processes

CONNECT_S = 10


class Cluster:
    """A way to have parts read; `trouble` says why some were read here after all, or nothing.

    Raises BefellError where Dask is not installed.
    """

    def __init__(self, scheduler: str) -> None:
        self._scheduler = scheduler
        self.trouble = ""
        try:
            import distributed
        except ImportError:
            raise BefellError(
                "needs Dask, which is not installed.", where="log_engine", fix="Run: pip install 'befell[dask]'."
            ) from None
        self._dask: Any = distributed

    def __call__(self, tasks: Sequence[Task]) -> Iterator[Part]:
        """The parts of these tasks, in their order; what the cluster does not give is read here."""
        given = 0
        try:
            for part in self._read(tasks) if not self.trouble else ():
                given += 1
                yield part
        # No connection, workers that died of one part, workers without befell or with another version of it.
        except (OSError, self._dask.KilledWorker, CancelledError, PickleError, ImportError, AttributeError) as problem:
            self.trouble = f"{type(problem).__name__}: {problem}"[:200]
        if given < len(tasks):
            yield from in_processes(tasks[given:])

    def _read(self, tasks: Sequence[Task]) -> Iterator[Part]:
        with self._dask.Client(self._scheduler, timeout=CONNECT_S, set_as_default=False) as client:
            if not client.scheduler_info()["workers"]:
                raise OSError("the cluster has no workers")
            reading = client.map(read_part, tasks, pure=False)
            for future in reading:
                yield future.result()
                future.release()  # its part need not stay in the cluster's memory
