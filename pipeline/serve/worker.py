"""What a worker does: it looks for what is due, has it done as jobs, and tells what came of it."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pipeline.config import Config
from pipeline.errors import BefellError
from pipeline.serve.drafting import Drafter
from pipeline.serve.inbox import Inbox
from pipeline.serve.kept import capture
from pipeline.serve.metrics import Metrics
from pipeline.serve.notifying import Notifier
from pipeline.serve.sweep import Sweep
from pipeline.store import Store, StoreError

LOOK_S = 1.0
OVERDUE = timedelta(minutes=2)  # after it, a job that nobody began is submitted anew: its process may be gone
CAPTURE = timedelta(minutes=30)  # how often sources that soon forget are read while an incident goes on


class Submits(Protocol):
    def submit(self, kind: str, key: str, argument: str = "") -> None: ...


@dataclass(slots=True)
class Worker:
    """One per process; `by` names it, the same when it starts again."""

    config: Config
    store: Store
    clock: Callable[[], datetime]
    by: str
    metrics: Metrics
    log: Any
    looked: datetime | None = None  # when it last did

    @property
    def handlers(self) -> Mapping[str, Callable[[str], None]]:
        """What each kind of job does. Each may run twice, and in two processes at once."""
        return {"draft": self.draft, "capture": self.capture, "tell": self.tell, "sweep": self.sweep}

    def look(self, jobs: Submits) -> None:
        """Submit what there is to do now; StoreError or BefellError where it cannot be looked for."""
        now = self.clock()
        with self.store.watching() as desk:
            watches = desk.watches()
        self.metrics.looked(watches, now)
        for one in watches:
            if one.state == "quiet" and one.due_at and one.due_at <= now:
                late = (now - max(one.due_at, one.lease_until or one.due_at)) // OVERDUE
                jobs.submit("draft", f"{one.id}:{one.generation}:{one.tries}:{_stamp(one.lease_until)}:{late}", one.id)
            elif one.state == "drafted" and one.told < one.generation:
                late = (now - (one.drafted_at or now)) // OVERDUE
                jobs.submit("tell", f"{one.id}:{one.generation}:{late}", one.id)
            elif one.state == "open" and (one.captured_at is None or now - one.captured_at >= CAPTURE):
                jobs.submit("capture", f"{one.id}:{_stamp(one.captured_at)}", one.id)
        jobs.submit("sweep", str(int(now.timestamp() // self.config.serve.sweep.total_seconds())))
        self.looked = now

    def run(self, jobs: Submits, stop: threading.Event) -> None:
        """Look once a second until told to stop; what goes wrong is told once, and when it is over."""
        trouble = ""
        while not stop.wait(LOOK_S):
            try:
                self.look(jobs)
                if trouble:
                    self.log.info("resumed", after=trouble)
                trouble = ""
            except BefellError as problem:
                self.metrics.store_up.set(0)
                if str(problem) != trouble:
                    self.log.error("cannot look for what is due", problem=str(problem))
                trouble = str(problem)

    def draft(self, name: str) -> None:
        failed: set[tuple[str, str]] = set()
        shown: dict[str, str] = {}

        def progress(source: str, records: int, state: str) -> None:
            if state in ("failed", "timed out"):
                failed.add((source, state))
            if shown.get(source) == state:
                return
            with suppress(StoreError), self.store.watching() as desk:  # it is for people to look at, and may be lost
                if not shown:
                    desk.begun(name)
                desk.progress(name, source, records, state)
            shown[source] = state

        began = time.monotonic()
        done = Drafter(self.config, self.store, self.clock, self.by).draft(name, progress)
        for source, state in sorted(failed):
            self.metrics.source_failures.labels(source).inc()
            self.log.warning("source failed", incident=name, source=source, state=state)
        if done is None:
            return
        outcome = done.state if done.state in ("drafted", "skipped") else "failed" if done.tries else "changed"
        self.metrics.drafts.labels(outcome).inc()
        self.metrics.draft_seconds.observe(time.monotonic() - began)
        self.log.info("draft", incident=name, outcome=outcome, problem=done.problem, file=done.file)

    def tell(self, name: str) -> None:
        for target, problem in Notifier(self.config, self.clock).once(self.store, name):
            self.metrics.notices.labels(target, "failed" if problem else "sent").inc()
            if problem:
                self.log.warning("reviewers were not told", incident=name, target=target, problem=problem)

    def capture(self, name: str) -> None:
        with self.store.watching() as desk:
            watch = desk.watch(name)
        if watch is None or watch.state != "open":
            return
        now, inbox = self.clock(), Inbox(self.config, self.store)
        for sender, events in capture(self.config, watch.opened_at, now):
            inbox.keep(watch.id, sender, events)
        with self.store.watching() as desk:
            desk.note(name, captured_at=now)

    def sweep(self, _: str) -> None:
        for problem in Sweep(self.config, self.store, self.clock).look():
            self.log.warning("a source could not be asked for closed incidents", problem=problem)


def _stamp(at: datetime | None) -> str:
    return f"{at:%Y%m%d%H%M%S}" if at else ""
