"""A delivery, from what a connector made of it to what is followed: one transaction, and each delivery once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.collect.clean import Cleaner
from pipeline.collect.ids import Ids
from pipeline.config import Config
from pipeline.event import Event, Notice, Rejected
from pipeline.incident import Incident, severity
from pipeline.receiving import Received, Withdrawn
from pipeline.serve import grouping
from pipeline.snapshot import encode
from pipeline.store import Store
from pipeline.store.watches import ALIVE, Episode, Kept, Watch, Watches

FORGET = timedelta(days=14)  # no sender repeats a delivery for longer


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a delivery: the incidents that it touched, and those that it opened."""

    new: bool = True
    touched: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Where records come from: the configured name of the connector, and its identity."""

    name: str
    identity: str


class Inbox:
    """Takes what was received into the store."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store

    def accept(
        self, sender: Sender, told: Iterable[Received], now: datetime, delivery: tuple[str, str] | None = None,
        *, keep: bool = True,
    ) -> Accepted:  # fmt: skip
        """Follow what was told; StoreError where nothing of it was kept.

        `delivery` is its hook and id. Events are kept as evidence, unless their source will have them later too.
        """
        given = list(told)
        with self._store.watching() as desk:
            desk.alone()
            if delivery and not desk.is_new(*delivery, now):
                return Accepted(new=False)
            found = _Delivery(desk, self._config, sender, now, keep).take(given)
            desk.forget_deliveries(now - FORGET)
        notices = tuple(one for one in given if isinstance(one, Notice))
        rejected = tuple(one for one in given if isinstance(one, Rejected))
        return replace(found, notices=notices, rejected=rejected)

    def keep(self, watch: str, sender: Sender, events: Iterable[Event]) -> None:
        """Keep what was captured for an incident."""
        with self._store.watching() as desk:
            if known := desk.watch(watch):
                desk.keep(watch, _redacted(self._config, sender, list(events), known))


class _Delivery:
    """One delivery, within its transaction."""

    def __init__(self, desk: Watches, config: Config, sender: Sender, now: datetime, keep: bool) -> None:
        self._desk, self._config, self._sender, self._now, self._keep = desk, config, sender, now, keep
        self._quiet = config.serve.quiet_period
        self._before: dict[str, Watch | None] = {}
        self._joined: dict[str, str] = {}

    def take(self, given: Sequence[Received]) -> Accepted:
        incidents = [one for one in given if isinstance(one, Incident)]
        events = [one for one in given if isinstance(one, Event)]
        for one in given:
            if isinstance(one, Withdrawn):
                self._withdraw(one.incident_id)
        for incident in incidents:
            self._follow(incident, events if len(incidents) == 1 else [])
        if not incidents:
            self._group(events)
        touched = tuple(self._before)
        return Accepted(touched=touched, opened=tuple(name for name, old in self._before.items() if old is None))

    def _withdraw(self, name: str) -> None:
        if known := self._desk.watch(name):
            self._put(known, replace(known, state="withdrawn", due_at=None, generation=known.generation + 1))

    def _follow(self, incident: Incident, events: Sequence[Event]) -> None:
        """An incident that its source tells of, with the alert groups that belong to it."""
        old = self._desk.watch(incident.id)
        clean = Cleaner(self._config, incident).record(incident)
        word = incident.severity_raw or incident.severity
        start, end = (incident.window.start, incident.window.end) if incident.window else (None, None)
        resolved = incident.resolved_at or (end if end and end <= self._now else None)
        opened = incident.opened_at or start or (old.opened_at if old else resolved or self._now)
        base = old or Watch(id=incident.id, kind="incident", source=self._sender.name, title="", opened_at=opened)
        new = replace(
            base, title=clean.title, opened_at=opened, resolved_at=resolved, url=clean.url,
            severity=severity(word, self._config.severities) or incident.severity, services=incident.services,
        )  # fmt: skip
        self._put(old, new)
        for other in self._desk.watches(*ALIVE):
            members = self._desk.episodes(other.id) if other.kind == "alerts" else []
            if any(grouping.belongs(one, new, (), self._quiet) for one in members):
                self._join(other, new.id)
        self._kept(new, events)
        self._go_on(new.id)

    def _group(self, events: Sequence[Event]) -> None:
        """Alert episodes; those of one delivery belong together, since its sender grouped them."""
        episodes = [self._episode(moments) for moments in grouping.paired(events)]
        if not episodes:
            return
        near = min(one.opened_at for one in episodes) - self._quiet
        homes = {one.watch for one in episodes if one.watch}
        new = [one for one in episodes if not one.watch]
        services = {one.service for one in new if one.service}
        again = {last.watch for one in new if (last := self._desk.last_episode(one.source, one.native_id, self._now))}
        for watch in self._desk.watches(*ALIVE, since=near) if new else ():
            if watch.state in ("merged", "withdrawn") or (
                watch.id not in again and services.isdisjoint(watch.services)
            ):
                continue
            members = self._desk.episodes(watch.id)
            if any(grouping.belongs(one, watch, members, self._quiet) for one in new):
                homes.add(watch.id)
        home = self._home(homes, episodes)
        for one in episodes:
            self._desk.put_episode(replace(one, watch=self._joined.get(one.watch, one.watch) or home.id))
        self._kept(home, events)
        for name in {home.id, *(self._joined.get(name, name) for name in homes)}:
            if home.state != "withdrawn":
                self._go_on(name)

    def _episode(self, moments: Sequence[Event]) -> Episode:
        """The moments of one alert as an episode, which may be known from another delivery."""
        first, last = moments[0], moments[-1]
        known = self._known(first)
        mapped = {word.casefold(): ours for word, ours in self._config.severities.items()}
        word = last.severity or last.labels.get("severity", "")
        stated = severity(word, self._config.severities) if any(map(str.isdigit, word)) else ""
        opened = known.opened_at if known else first.episode or first.at
        made = known or Episode(source=self._sender.name, native_id=first.native_id, opened_at=opened)
        ends = [one.at for one in moments if one.moment == "resolved"]
        return replace(
            made, service=last.service, title=Cleaner(self._config, _NOBODY).record(last).title,
            severity=mapped.get(word.casefold(), stated), resolved_at=min(ends, default=made.resolved_at),
        )  # fmt: skip

    def _known(self, first: Event) -> Episode | None:
        """The episode that a moment goes on with: by its start, else the last one of this alert, while it lasts."""
        if first.episode:
            return self._desk.episode(self._sender.name, first.native_id, first.episode)
        last = self._desk.last_episode(self._sender.name, first.native_id, first.at)
        if last is None or last.opened_at == first.at or last.resolved_at in (None, first.at):
            return last
        return None if first.moment == "fired" or first.at > last.resolved_at else last

    def _home(self, names: Iterable[str], episodes: Sequence[Episode]) -> Watch:
        """The one that new episodes belong to: an incident that a source knows, else the oldest that is not drafted.

        Other groups of alerts that are not drafted either join it.
        """
        found = [one for name in names if (one := self._desk.watch(name))]
        found.sort(key=lambda one: (one.kind != "incident", one.state not in ALIVE, one.opened_at, one.id))
        if not found:
            made = grouping.of_alerts(episodes)
            self._put(self._desk.watch(made.id), made)
            return made
        for other in found[1:]:
            if other.kind == "alerts" and other.state in ALIVE:
                self._join(other, found[0].id)
        return found[0]

    def _join(self, other: Watch, home: str) -> None:
        self._joined[other.id] = home
        self._desk.move(other.id, home)
        self._put(other, replace(other, state="merged", due_at=None, problem=home, generation=other.generation + 1))

    def _go_on(self, name: str) -> None:
        """Its state, now that its episodes are known."""
        watch, members = self._desk.watch(name), self._desk.episodes(name)
        assert watch is not None
        new = grouping.of_alerts(members, watch) if watch.kind == "alerts" else watch
        old = self._before.setdefault(name, watch)
        self._desk.put(grouping.followed(old, new, members, self._now, self._quiet))

    def _kept(self, watch: Watch, events: Sequence[Event]) -> None:
        if self._keep:
            self._desk.keep(watch.id, _redacted(self._config, self._sender, events, watch))

    def _put(self, old: Watch | None, new: Watch) -> None:
        self._before.setdefault(new.id, old)
        self._desk.put(new)


_NOBODY = Incident(id="", title="")


def _redacted(config: Config, sender: Sender, events: Sequence[Event], watch: Watch) -> list[Kept]:
    """Events as they are kept: no secret and no name, with the ids that they have as evidence."""
    cleaner, ids = Cleaner(config, Incident(id=watch.id, title=watch.title)), Ids(sender.identity, sender.name)
    found = [ids.event(cleaner.record(event)) for event in events]
    return [
        Kept(id=one.id, source=sender.name, identity=sender.identity, event=json.dumps(encode(one), ensure_ascii=False))
        for one in found
    ]
