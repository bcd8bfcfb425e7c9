"""Sources side by side, each in a daemon thread of its own: a slow one neither holds up the rest nor hangs the end."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, Protocol

from pipeline.config import Source
from pipeline.errors import BefellError

_POLL_S = 0.1


class Progress(Protocol):
    def __call__(self, source: str, records: int, state: str) -> None:
        """`state` is done, failed, timed out, or begins with reading; called from the thread that called collect."""
        ...


@dataclass(slots=True, kw_only=True)
class Job:
    """What one source gave so far, and what went wrong. `limit` is in seconds."""

    source: Source
    limit: float
    identity: str = ""
    records: list[Any] = field(default_factory=list)
    reduced: list[Any] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    timed_out: bool = False
    doing: Callable[[], str] = lambda: ""  # what it is at, for whoever watches

    def attempt(self, step: Callable[[], None]) -> None:
        """Do one step; what it raises ends this step alone."""
        try:
            step()
        except (Exception, SystemExit) as problem:  # noqa: BLE001 - a connector is foreign code: its failure is a notice
            self.failures.append(problem)

    def frozen(self, timed_out: bool) -> "Job":
        """A copy that its thread, should it still run, no longer changes."""
        return replace(
            self, records=[*self.records], reduced=[*self.reduced], failures=[*self.failures], timed_out=timed_out
        )

    @property
    def state(self) -> str:
        return "timed out" if self.timed_out else "failed" if self.failures else "done"


def run(jobs: Sequence[Job], work: Callable[[Job], None], progress: Progress | None = None) -> list[Job]:
    """Do the work for all jobs at once; returns when each is done or past its limit, in the given order."""
    threads = [
        threading.Thread(target=job.attempt, args=[partial(work, job)], name=job.source.name, daemon=True)
        for job in jobs
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    ended: dict[int, Job] = {}
    while len(ended) < len(jobs):
        for index in _still(ended, jobs):
            # A connector's own deadline comes first: its error says more than ours.
            left = jobs[index].limit + min(1.0, jobs[index].limit / 4) - (time.monotonic() - started)
            threads[index].join(max(0.0, min(left, _POLL_S / len(jobs))))
            if not threads[index].is_alive() or left <= 0:
                ended[index] = jobs[index].frozen(timed_out=threads[index].is_alive())
            if progress:
                shown = ended.get(index, jobs[index])
                state = shown.state if index in ended else f"reading {shown.doing()}".strip()
                progress(shown.source.name, len(shown.records), state)
    return [ended[index] for index in range(len(jobs))]


def _still(ended: Iterable[int], jobs: Sequence[Job]) -> list[int]:
    return [index for index in range(len(jobs)) if index not in set(ended)]


def told(problem: BaseException) -> str:
    """A failure in words: a BefellError's own, else what was raised, and where."""
    if isinstance(problem, BefellError):
        return str(problem)
    frames = extract_tb(problem.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    words = " ".join(str(problem).split()) or "no message"
    return f"{type(problem).__name__}: {words}{where}. This is a fault of the connector: report it with this line."
