"""Closed incidents that nobody drafted: from the sources that know incidents, else from their alert episodes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.collect.jobs import Job, run, told
from pipeline.config import Config, Source
from pipeline.connector import HasEvents
from pipeline.event import Event
from pipeline.incident import Incident, Window
from pipeline.run import safe_name
from pipeline.serve import grouping
from pipeline.serve.inbox import Inbox, Sender
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Sweep:
    """Looks for what is closed and was not posted, and follows it from there on as if it had been."""

    config: Config
    store: Store
    clock: Callable[[], datetime]

    def look(self) -> list[str]:
        """Follow what is found; what could not be asked, in words. StoreError where the store cannot be used."""
        now = self.clock()
        window = Window(now - self.config.serve.since, now)
        sources = [source for source in self.config.connectors if source.keeps_incidents]
        if self.config.incidents:
            sources = [source for source in sources if source.name == self.config.incidents.from_]
        read = _incidents if sources else _alerts
        limit = self.config.deadline.total_seconds()
        jobs = [
            Job(source=source, limit=min(source.settings.time_limit, limit)) for source in sources or self._eventful
        ]
        problems = []
        for job in run(jobs, lambda job: read(job, window, self.clock)):
            sender = Sender(job.source.name, job.identity)
            for told_together in self._closed(job.records, now):
                Inbox(self.config, self.store).accept(sender, told_together, now, keep=False)
            problems += [f"{job.source.name}: {told(problem)}" for problem in job.failures]
            if job.timed_out:
                problems.append(f"{job.source.name}: no answer within {job.limit:g} s.")
        return problems

    @property
    def _eventful(self) -> list[Source]:
        return [source for source in self.config.connectors if callable(getattr(source.connector, "events", None))]

    def _closed(self, records: Iterable[Incident | Event], now: datetime) -> Iterator[list[Incident | Event]]:
        """What is over and not drafted yet, each with what belongs to it."""
        for incident in (one for one in records if isinstance(one, Incident)):
            if _ended(incident, now) and not self._drafted(incident.id):
                yield [incident]
        for episode in grouping.paired(one for one in records if isinstance(one, Event)):
            if any(one.moment == "resolved" for one in episode):
                yield [*episode]

    def _drafted(self, incident: str) -> bool:
        """Whether there is a draft that this service did not make: then it is not followed."""
        with self.store.watching() as desk:
            if desk.watch(incident):
                return False
            return desk.is_drafted(incident) or (self.config.drafts / f"{safe_name(incident)}.md").exists()


def _ended(incident: Incident, now: datetime) -> bool:
    end = incident.resolved_at or (incident.window.end if incident.window else None)
    return end is not None and end <= now


def _incidents(job: Job, window: Window, clock: Callable[[], datetime]) -> None:
    connector, _ = job.source.open(job.limit, clock)
    job.identity = connector.identity
    job.records += connector.recent_incidents(window.start)  # type: ignore[attr-defined]


def _alerts(job: Job, window: Window, clock: Callable[[], datetime]) -> None:
    connector, _ = job.source.open(job.limit, clock)
    job.identity = connector.identity
    if isinstance(connector, HasEvents):
        job.records += (one for one in connector.events(window) if isinstance(one, Event))
