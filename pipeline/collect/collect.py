"""collect: find the incident, ask every source at once, and make one clean snapshot of what they gave."""

import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from pipeline.collect import incidents
from pipeline.collect.clean import Cleaner
from pipeline.collect.ids import Ids
from pipeline.collect.incidents import UNBOUNDED
from pipeline.collect.jobs import Job, Progress, run, told
from pipeline.collect.reading import read
from pipeline.config import Config
from pipeline.event import Account, Event, LogSummary, Notice, Rejected, Series
from pipeline.incident import Bounds, Incident, Window
from pipeline.snapshot import Snapshot


def collect(
    incident: Incident | str,
    config: Config,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    bounds: Bounds = UNBOUNDED,
) -> Snapshot:
    """Everything that the configured sources have about an incident, given itself or by its id.

    `bounds` are those that a reviewer set for the window.

    A source that fails or hangs becomes a notice, and what it had given stays. BefellError only where there is no
    incident or no window.
    """
    started, now = time.monotonic(), clock()
    found = incidents.find(incident, config, now, progress) if isinstance(incident, str) else incident
    window, notices = incidents.window_of(found, config, now, bounds)
    left = max(0.1, round(config.deadline.total_seconds() - (time.monotonic() - started), 1))
    jobs = [Job(source=source, limit=min(source.settings.time_limit, left)) for source in config.connectors]
    done = run(jobs, lambda job: read(job, window, config, clock), progress)
    return _snapshot(Cleaner(config, found), found, window, notices, done, clock())


def _snapshot(
    cleaner: Cleaner, incident: Incident, window: Window, notices: list[Notice], jobs: list[Job], now: datetime
) -> Snapshot:
    """Clean and number everything in a fixed order: that of the configuration, then that of each source."""
    events: list[Event] = []
    series: list[Series] = []
    logs: list[LogSummary] = []
    accounts = {}
    incident = cleaner.record(incident)
    notices = [cleaner.record(notice) for notice in notices]
    for job in jobs:
        shelf = _Shelf(job, window, cleaner)
        events += shelf.events
        series += shelf.series
        logs += shelf.logs
        notices += dict.fromkeys(shelf.notices)
        accounts[job.source.name] = shelf.account
    return Snapshot(
        incident=incident,
        window=window,
        events=tuple(sorted(events, key=lambda event: (event.at, event.connector, event.id))),
        series=tuple(series),
        logs=tuple(logs),
        notices=tuple(notices),
        accounts=accounts,
        redactions=dict(cleaner.counts),
        collected_at=now,
    )


class _Shelf:
    """One source's records, cleaned, clipped to the window, numbered and counted."""

    def __init__(self, job: Job, window: Window, cleaner: Cleaner) -> None:
        self.job, self.window, self.cleaner = job, window, cleaner
        self.ids = Ids(cleaner.text(job.identity), job.source.name)
        self.account = Account()
        self.events: list[Event] = []
        self.series: list[Series] = []
        self.logs: list[LogSummary] = []
        self.notices: list[Notice] = []
        self.rejected: list[Rejected] = []
        for record, whole, harmless in cleaner.looked_at(job.records):
            self._sort(record, whole, harmless)
        for reduced in job.reduced:
            self.logs += [self.ids.log(cleaner.record(summary)) for summary in reduced.summaries]
            self._notice(*reduced.notices)
            _add(self.account, reduced.account)
        self._notice(*self._own_notices())

    def _sort(self, record: Any, whole: str, harmless: bool) -> None:
        if isinstance(record, Notice):
            self._notice(record)
        elif isinstance(record, Rejected):
            self.rejected.append(record)
            self._count(rejected=1)
        elif isinstance(record, Series):
            points = tuple(p for p in record.points if self.window.start <= p[0] <= self.window.end)
            self.series.append(self.ids.series(self.cleaner.record(replace(record, points=points), whole, harmless)))
        elif isinstance(record, LogSummary):
            inside = record.first < self.window.end and record.last >= self.window.start
            self._count(**{"summarised" if inside else "outside_window": record.count})
            if inside:
                self.logs.append(self.ids.log(self.cleaner.record(record, whole, harmless)))
        elif record.at in self.window:
            self.account.read += 1
            self.account.parsed += 1
            self.events.append(self.ids.event(self.cleaner.record(record, whole, harmless)))
        else:
            self._count(outside_window=1)

    def _count(self, **counts: int) -> None:
        """Each record is read; each that is not rejected is parsed."""
        (one,) = counts.values()
        parsed = {} if "rejected" in counts else {"parsed": one}
        _add(self.account, Account(read=one, **{**parsed, **counts}))

    def _notice(self, *notices: Notice) -> None:
        name = self.job.source.name
        self.notices += [self.cleaner.record(replace(one, source=one.source or name)) for one in notices]

    def _own_notices(self) -> Iterator[Notice]:
        """What collect itself has to say about this source."""
        job = self.job
        if self.rejected:
            first = self.rejected[0]
            read = sum(not isinstance(record, (Notice, Series, LogSummary)) for record in job.records)
            detail = f"{len(self.rejected)} of {read} records rejected, the first: {first.where}: {first.why}"
            yield Notice(kind="rejected", detail=detail, gap=True)
        for problem in job.failures:
            yield Notice(kind="failed", detail=f"Could not be read in full: {told(problem)}", gap=True)
        if job.timed_out:
            kept = "what it had given is kept" if job.records or job.reduced else "it had given nothing"
            detail = (
                f"Took longer than {job.limit:g} s and was left; {kept}. "
                "Raise time_limit of this source (and deadline), or ask it for less."
            )
            yield Notice(kind="timed out", detail=detail, gap=True)
        seen = self.events or self.series or self.logs or self.rejected or job.failures or job.timed_out
        if not seen and not any(notice.gap for notice in self.notices):
            yield Notice(kind="empty", detail="No records in the window.")


def _add(account: Account, more: Account) -> None:
    for one in fields(Account):
        setattr(account, one.name, getattr(account, one.name) + getattr(more, one.name))
