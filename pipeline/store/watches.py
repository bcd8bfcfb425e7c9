"""What a service follows, in the store: incidents until they are drafted, alert episodes, and what was received."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, or_, select, text, true, update

from pipeline.store.inserting import insert
from pipeline.store.tables import DELIVERIES, DRAFTS, EPISODES, PROGRESS, RECEIVED, WATCHES

State = Literal["open", "quiet", "drafted", "skipped", "withdrawn", "merged"]
ALIVE: tuple[State, ...] = ("open", "quiet")
_LOCK = 0x77617463  # the advisory lock of PostgreSQL: one delivery is grouped after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """An incident that is followed. `kind` is incident where a source knows it, alerts where befell grouped them.

    `due_at` is when it is drafted, if nothing new happens; `generation` grows with each change, and `told` is the one
    whose draft reviewers were told of. A lease keeps others from drafting it at the same time.
    """

    id: str
    kind: Literal["incident", "alerts"]
    source: str
    title: str
    opened_at: datetime
    severity: str = ""
    services: tuple[str, ...] = ()
    url: str = ""
    resolved_at: datetime | None = None
    state: State = "open"
    due_at: datetime | None = None
    generation: int = 0
    lease_by: str = ""
    lease_until: datetime | None = None
    tries: int = 0
    problem: str = ""
    drafted_at: datetime | None = None
    file: str = ""
    told: int = 0
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An alert from firing to resolved."""

    source: str
    native_id: str
    opened_at: datetime
    watch: str = ""
    service: str = ""
    title: str = ""
    severity: str = ""
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An event that was received or captured: `event` is its JSON, redacted, with its evidence `id`."""

    id: str
    source: str
    identity: str
    event: str


class Watches:
    """Reading and writing them within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def alone(self) -> Self:
        """No other process groups until this transaction ends; SQLite lets one write at a time anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        return self

    def is_new(self, hook: str, delivery: str, now: datetime) -> bool:
        """Note a delivery; False where it was noted before."""
        values = {"hook": hook, "id": delivery, "received_at": _stamp(now)}
        made = insert(self._connection, DELIVERIES).values(values).on_conflict_do_nothing().returning(DELIVERIES.c.id)
        return self._connection.execute(made).first() is not None

    def forget_deliveries(self, before: datetime) -> None:
        self._connection.execute(delete(DELIVERIES).where(DELIVERIES.c.received_at < _stamp(before)))

    def watch(self, name: str) -> Watch | None:
        row = self._connection.execute(select(WATCHES).where(WATCHES.c.id == name)).first()
        return _watch(row) if row else None

    def watches(self, *states: State, since: datetime | None = None) -> list[Watch]:
        """Those in a state, oldest first; with `since` also those that were resolved after it, whatever their state."""
        wanted: list[ColumnElement[bool]] = [WATCHES.c.state.in_(states)] if states else [true()]
        if since:
            wanted.append(WATCHES.c.resolved_at >= _stamp(since))
        rows = self._connection.execute(select(WATCHES).where(or_(*wanted)).order_by(WATCHES.c.opened_at, WATCHES.c.id))
        return [_watch(row) for row in rows]

    def put(self, watch: Watch) -> None:
        values = {**asdict(watch), "services": json.dumps(watch.services)}
        self._put(WATCHES, {name: _stamp(v) if isinstance(v, datetime) else v for name, v in values.items()}, ["id"])

    def episode(self, source: str, native_id: str, opened_at: datetime) -> Episode | None:
        key = (
            EPISODES.c.source == source,
            EPISODES.c.native_id == native_id,
            EPISODES.c.opened_at == _stamp(opened_at),
        )
        row = self._connection.execute(select(EPISODES).where(*key)).first()
        return _episode(row) if row else None

    def last_episode(self, source: str, native_id: str, until: datetime) -> Episode | None:
        """The latest of an alert that had begun by then."""
        of = (EPISODES.c.source == source, EPISODES.c.native_id == native_id, EPISODES.c.opened_at <= _stamp(until))
        row = self._connection.execute(select(EPISODES).where(*of).order_by(EPISODES.c.opened_at.desc())).first()
        return _episode(row) if row else None

    def episodes(self, watch: str) -> list[Episode]:
        chosen = select(EPISODES).where(EPISODES.c.watch == watch).order_by(EPISODES.c.opened_at, EPISODES.c.native_id)
        return [_episode(row) for row in self._connection.execute(chosen)]

    def put_episode(self, episode: Episode) -> None:
        values = {name: _stamp(v) if isinstance(v, datetime) else v for name, v in asdict(episode).items()}
        self._put(EPISODES, values, ["source", "native_id", "opened_at"])

    def move(self, from_: str, to: str) -> None:
        """Give the episodes and evidence of one watch to another."""
        self._connection.execute(update(EPISODES).where(EPISODES.c.watch == from_).values(watch=to))
        self.keep(to, self.kept(from_))
        self._connection.execute(delete(RECEIVED).where(RECEIVED.c.watch == from_))

    def keep(self, watch: str, events: Iterable[Kept]) -> None:
        """Keep evidence; what is there already stays."""
        rows = [{"watch": watch, **asdict(one)} for one in events]
        if rows:
            self._connection.execute(insert(self._connection, RECEIVED).on_conflict_do_nothing(), rows)

    def kept(self, watch: str) -> list[Kept]:
        columns = (RECEIVED.c.id, RECEIVED.c.source, RECEIVED.c.identity, RECEIVED.c.event)
        chosen = select(*columns).where(RECEIVED.c.watch == watch).order_by(RECEIVED.c.source, RECEIVED.c.id)
        return [Kept(**row._mapping) for row in self._connection.execute(chosen)]

    def is_drafted(self, incident: str) -> bool:
        """Whether something was ever drafted of an incident, by whomever."""
        chosen = select(DRAFTS.c.hash).where(DRAFTS.c.incident == incident).limit(1)
        return self._connection.execute(chosen).first() is not None

    def claim(self, name: str, by: str, now: datetime, until: datetime) -> Watch | None:
        """Take a watch that is due for drafting; None where it is not, or another has it."""
        free = or_(WATCHES.c.lease_until.is_(None), WATCHES.c.lease_until < _stamp(now), WATCHES.c.lease_by == by)
        due = (WATCHES.c.id == name, WATCHES.c.state == "quiet", WATCHES.c.due_at <= _stamp(now), free)
        taken = update(WATCHES).where(*due).values(lease_by=by, lease_until=_stamp(until)).returning(*WATCHES.c)
        row = self._connection.execute(taken).first()
        return _watch(row) if row else None

    def release(self, claimed: Watch, by: str, **changes: Any) -> bool:
        """End a lease; what changed is written unless the watch moved on meanwhile: then it is due again, False."""
        values = {name: _stamp(v) if isinstance(v, datetime) else v for name, v in changes.items()}
        mine = (WATCHES.c.id == claimed.id, WATCHES.c.lease_by == by)
        self._connection.execute(update(WATCHES).where(*mine).values(lease_by="", lease_until=None))
        same = (WATCHES.c.id == claimed.id, WATCHES.c.generation == claimed.generation, WATCHES.c.state == "quiet")
        done = update(WATCHES).where(*same).values(**values).returning(WATCHES.c.id)
        return self._connection.execute(done).first() is not None

    def note(self, name: str, **changes: Any) -> None:
        """Change what is beside the facts: `told` and `captured_at`."""
        values = {key: _stamp(v) if isinstance(v, datetime) else v for key, v in changes.items()}
        self._connection.execute(update(WATCHES).where(WATCHES.c.id == name).values(**values))

    def progress(self, name: str, source: str, records: int, state: str) -> None:
        """Note how far a source of a draft is."""
        self._put(PROGRESS, {"watch": name, "source": source, "records": records, "state": state}, ["watch", "source"])

    def begun(self, name: str) -> None:
        """Forget how far the sources of the draft before this one were."""
        self._connection.execute(delete(PROGRESS).where(PROGRESS.c.watch == name))

    def sources(self, name: str) -> list[tuple[str, int, str]]:
        """Of each source of a draft its name, the records so far, and its state."""
        columns = (PROGRESS.c.source, PROGRESS.c.records, PROGRESS.c.state)
        chosen = select(*columns).where(PROGRESS.c.watch == name).order_by(PROGRESS.c.source)
        return [(row[0], row[1], row[2]) for row in self._connection.execute(chosen)]

    def _put(self, table: Table, values: dict[str, Any], key: list[str]) -> None:
        newer = {name: value for name, value in values.items() if name not in key}
        kept = insert(self._connection, table).values(values)
        self._connection.execute(kept.on_conflict_do_update(index_elements=key, set_=newer))


def _stamp(at: datetime) -> str:
    """A time as text of one width, so that texts are ordered as times are."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _times(row: Row[Any]) -> dict[str, Any]:
    return {name: _time(value) if name in _TIMES else value for name, value in row._mapping.items()}


_TIMES = ("opened_at", "resolved_at", "due_at", "lease_until", "drafted_at", "captured_at")


def _watch(row: Row[Any]) -> Watch:
    values = _times(row)
    return Watch(**{**values, "services": tuple(json.loads(values["services"]))})


def _episode(row: Row[Any]) -> Episode:
    return Episode(**_times(row))
