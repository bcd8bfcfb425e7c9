"""Evidence that was kept while an incident went on, as a source of its draft; and what is captured early."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from pipeline.collect.jobs import Job, run
from pipeline.collect.reading import read
from pipeline.config import Config, Source
from pipeline.connector import Check, ConnectorSettings
from pipeline.event import Event
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.serve.inbox import Sender
from pipeline.snapshot import decode
from pipeline.store.watches import Kept


class _Settings(ConnectorSettings):
    identity: str
    kept: tuple[str, ...]


class _Received:
    """Gives events back as they were kept; those that their source still has are one with them, by their ids."""

    kind: ClassVar[str] = "received"
    Settings: ClassVar[type[ConnectorSettings]] = _Settings
    needs: ClassVar[str] = ""
    limits: ClassVar[tuple[str, ...]] = ()

    def __init__(self, settings: Any, http: Http) -> None:  # noqa: ARG002 - it has no way to the network
        self._settings, self.identity = settings, settings.identity

    def events(self, window: Window) -> Iterator[Event]:  # noqa: ARG002 - collect clips and counts
        for text in self._settings.kept:
            yield replace(decode(Event, json.loads(text)), id="", connector="")

    def check(self) -> Iterator[Check]:
        yield from ()


def with_kept(config: Config, kept: Sequence[Kept]) -> Config:
    """The configuration with one more source for each that something was kept of."""
    senders = dict.fromkeys((one.source, one.identity) for one in kept)
    more = []
    for name, identity in senders:
        texts = tuple(one.event for one in kept if (one.source, one.identity) == (name, identity))
        settings = _Settings(use="received", name=f"{name}, as received", identity=identity, kept=texts)
        more.append(Source(settings, _Received))
    return config.model_copy(update={"connectors": (*config.connectors, *more)})


def capture(config: Config, opened: datetime, now: datetime) -> Iterator[tuple[Sender, list[Event]]]:
    """What the sources that soon forget (`short_lived`) have of an incident that goes on."""
    window = Window(opened - config.window.before, now)
    sources = [source for source in config.connectors if getattr(source.connector, "short_lived", False)]
    jobs = [Job(source=source, limit=source.settings.time_limit) for source in sources]
    for job in run(jobs, lambda job: read(job, window, config, lambda: now)):
        events = [one for one in job.records if isinstance(one, Event) and one.at in window]
        yield Sender(job.source.name, job.identity), events
