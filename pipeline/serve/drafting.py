"""A quiet incident becomes a draft: once, whoever else tries, and again where something new happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline import reviewing, run
from pipeline.collect import Progress, incidents
from pipeline.config import Config
from pipeline.errors import BefellError
from pipeline.incident import POSTMORTEM_REQUIRED, Incident
from pipeline.serve.kept import with_kept
from pipeline.store import Store
from pipeline.store.watches import Watch

SPARE = timedelta(minutes=3)  # what drafting may take besides collecting, before another process may try
LONGEST = timedelta(hours=1)  # the longest wait after failures


@dataclass(frozen=True, slots=True)
class Drafter:
    """Drafts incidents under a lease; `by` names this process."""

    config: Config
    store: Store
    clock: Callable[[], datetime]
    by: str

    def draft(self, name: str, progress: Progress | None = None) -> Watch | None:
        """Draft an incident that is due; as it is then, or None where it is not due or another process drafts it.

        What fails is written down and tried again later, at ever longer intervals; StoreError where that cannot be.
        """
        now = self.clock()
        with self.store.watching() as desk:
            claimed = desk.claim(name, self.by, now, now + self.config.deadline + SPARE)
            kept = desk.kept(name) if claimed else []
        if claimed is None:
            return None
        try:
            changes = self._draft(claimed, with_kept(self.config, kept), progress)
        except Exception as problem:  # noqa: BLE001 - one incident that cannot be drafted must not hold up the others
            changes = self._again(claimed, problem)
        with self.store.watching() as desk:
            desk.release(claimed, self.by, **changes)
            return desk.watch(name)

    def _again(self, watch: Watch, problem: Exception) -> dict[str, object]:
        """What is written down of a failure; 2**tries minutes to the next try."""
        why = str(problem) if isinstance(problem, BefellError) else f"a fault in befell: {problem!r}"
        wait = timedelta(minutes=2**watch.tries) if watch.tries < 6 else LONGEST
        return {"tries": watch.tries + 1, "problem": why, "due_at": self.clock() + wait}

    def _draft(self, watch: Watch, config: Config, progress: Progress | None) -> dict[str, object]:
        incident = self.incident(watch)
        if why := self._unwanted(watch, incident):
            return {"state": "skipped", "problem": why, "severity": incident.severity}
        kept: list[str] = []
        path = config.drafts / f"{run.safe_name(incident.id)}.md"
        evidence = run.gather(
            incident, config, self.clock, progress,
            lambda found, dumped: kept.append(self.store.keep_snapshot(found, dumped)), run.existing(path), str(path),
        )  # fmt: skip
        made = run.draft(evidence, run.existing(path), file=str(path), config=config)
        before = reviewing.read(path, incident.id)
        plan = reviewing.plan(made.text, before, path, self.store.draft)
        reviewing.keep(self.store, plan, made, kept[0])
        reviewing.write(plan)
        return {
            "state": "drafted", "problem": _left(plan), "severity": made.timeline.incident.severity, "tries": 0,
            "drafted_at": self.clock(), "file": str(plan.path),
        }  # fmt: skip

    def incident(self, watch: Watch) -> Incident:
        """As its source tells it now; as it was received where the source cannot."""
        received = Incident(
            id=watch.id, title=watch.title, severity=watch.severity, services=watch.services, url=watch.url,
            opened_at=watch.opened_at, resolved_at=watch.resolved_at, source=watch.source,
        )  # fmt: skip
        if watch.kind == "alerts":
            return received
        try:
            return incidents.find(watch.id, self.config, self.clock(), None)
        except BefellError:
            return received

    def _unwanted(self, watch: Watch, incident: Incident) -> str:
        """Why there is no draft: SEV-1 and SEV-2 always have one."""
        wanted = (*POSTMORTEM_REQUIRED, *self.config.serve.draft)
        if (incident.severity or "unknown") not in wanted:
            return f"{incident.severity or 'unknown severity'} is not drafted: serve.draft."
        if watch.kind == "alerts" and any(source.keeps_incidents for source in self.config.connectors):
            return "alerts of no incident: a source knows incidents."
        return ""


def _left(plan: reviewing.Plan) -> str:
    if plan.unmerged:
        return f"{plan.file.name} was edited, and what befell wrote there is not known: the new draft is beside it."
    return f"{len(plan.conflicts)} to settle: {reviewing.conflicts_file(plan.file).name}" if plan.conflicts else ""
