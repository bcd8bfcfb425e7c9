"""The store: evidence, what was generated from it, and what reviewers made of that. SQLite by default, or PostgreSQL.

Importing it imports SQLAlchemy: do so where it is used.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import zstandard
from sqlalchemy import Connection, Engine, Table, delete, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from pipeline import snapshot as snapshots
from pipeline.errors import BefellError
from pipeline.incident import Incident
from pipeline.snapshot import Snapshot
from pipeline.store.access import Access
from pipeline.store.inserting import insert
from pipeline.store.opening import default, engine
from pipeline.store.tables import ACTIONS, DRAFTS, INCIDENTS, OVERRIDES, SNAPSHOTS, VERSIONS
from pipeline.store.watches import Watch, Watches
from pipeline.times import rfc3339

__all__ = ["Kept", "Store", "StoreError"]
SHORTEST = 8  # characters of a hash that name a snapshot


class StoreError(BefellError):
    """The store cannot be opened, read or written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot in the store."""

    hash: str
    incident: str
    title: str
    collected_at: str


class Store:
    """Every method is one transaction; two processes may use a store at once. All raise StoreError."""

    def __init__(self, made: Engine, address: str) -> None:
        self._engine, self._address = made, _shown(address)

    @classmethod
    def open(cls, address: str | None = None) -> Self:
        """The store at a path or URL, by default that of this user; it is made where there is none."""
        where = address or str(default())
        with _told(where):
            return cls(engine(where), where)

    def keep_snapshot(self, found: Snapshot, dumped: bytes) -> str:
        """Keep evidence as `snapshots.dump` gave it; its hash. The same evidence is kept once."""
        name = snapshots.digest(dumped)
        collected = rfc3339(found.collected_at) if found.collected_at else None
        with self._begin() as connection:
            _keep_incident(connection, found.incident)
            _add(connection, SNAPSHOTS, found.incident.id, hash=name, collected_at=collected, content=_packed(dumped))
        return name

    def dumped(self, name: str) -> bytes:
        """The snapshot whose hash begins with `name`, else the newest of the incident `name`; its hash is checked."""
        with self._begin() as connection:
            by_hash = SNAPSHOTS.c.hash.startswith(name, autoescape=True)
            rows = connection.execute(
                select(SNAPSHOTS.c.hash, SNAPSHOTS.c.content).where(by_hash).limit(2)
            ).all() if len(name) >= SHORTEST else []  # fmt: skip
            rows = rows or connection.execute(
                select(SNAPSHOTS.c.hash, SNAPSHOTS.c.content).where(SNAPSHOTS.c.incident == name)
                .order_by(SNAPSHOTS.c.number.desc()).limit(1)
            ).all()  # fmt: skip
        if not rows:
            what = f"has no snapshot {name!r}."
            raise StoreError(what, where=self._address, fix="`befell evidence show` lists those that it has.")
        if len(rows) > 1:
            raise StoreError(f"has several snapshots {name}….", where=self._address, fix="Give more of the hash.")
        found = _unpacked(rows[0].content)
        if snapshots.digest(found) != rows[0].hash:
            raise StoreError(
                f"the snapshot {rows[0].hash} is damaged.", where=self._address, fix="Import or collect it again."
            )
        return found

    def snapshots(self) -> list[Kept]:
        """What evidence there is, newest last."""
        chosen = select(SNAPSHOTS.c.hash, SNAPSHOTS.c.incident, INCIDENTS.c.title, SNAPSHOTS.c.collected_at)
        ordered = chosen.join(INCIDENTS).order_by(SNAPSHOTS.c.collected_at, SNAPSHOTS.c.incident, SNAPSHOTS.c.number)
        with self._begin() as connection:
            return [Kept(row[0], row[1], row[2], row[3] or "") for row in connection.execute(ordered)]

    def incidents(self) -> list[Incident]:
        """Every incident that something is kept of, oldest first."""
        with self._begin() as connection:
            rows = connection.execute(select(INCIDENTS).order_by(INCIDENTS.c.opened_at, INCIDENTS.c.id))
            return [
                Incident(
                    id=row.id, title=row.title, severity=row.severity, opened_at=_time(row.opened_at),
                    resolved_at=_time(row.resolved_at),
                )
                for row in rows
            ]  # fmt: skip

    def keep_draft(self, incident: Incident, name: str, text: str, snapshot: str = "") -> None:
        """Keep what was generated under the hash that stands in it."""
        with self._begin() as connection:
            _keep_incident(connection, incident)
            values = {"hash": name, "incident": incident.id, "snapshot": snapshot or None, "content": _packed(text)}
            connection.execute(insert(connection, DRAFTS).values(values).on_conflict_do_nothing())

    def draft(self, name: str) -> str:
        """What was generated under a hash; "" where the store does not have it."""
        with self._begin() as connection:
            found = connection.execute(select(DRAFTS.c.content).where(DRAFTS.c.hash == name)).scalar()
        return _unpacked(found).decode("utf-8", "surrogatepass") if found else ""

    def snapshot_of(self, draft: str) -> str:
        """The hash of the evidence that a draft was generated from; "" where that is not known."""
        with self._begin() as connection:
            return connection.execute(select(DRAFTS.c.snapshot).where(DRAFTS.c.hash == draft)).scalar() or ""

    def newest(self, incident: str) -> str:
        """The hash of the newest evidence of an incident; "" where there is none."""
        chosen = select(SNAPSHOTS.c.hash).where(SNAPSHOTS.c.incident == incident)
        with self._begin() as connection:
            return connection.execute(chosen.order_by(SNAPSHOTS.c.number.desc()).limit(1)).scalar() or ""

    def keep_version(
        self, incident: Incident, draft: str, text: str, file: str, overrides: Mapping[str, Any],
        actions: Iterable[Mapping[str, str]],
    ) -> None:  # fmt: skip
        """Keep a reviewer's text, and of it what stands now: its overrides and actions."""
        with self._begin() as connection:
            _keep_incident(connection, incident)
            name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            _add(connection, VERSIONS, incident.id, hash=name, draft=draft, file=file, content=_packed(text))
            for table in (OVERRIDES, ACTIONS):
                connection.execute(delete(table).where(table.c.incident == incident.id))
            told = {key: json.dumps(value, default=str, ensure_ascii=False) for key, value in overrides.items()}
            rows = [{"incident": incident.id, "key": key, "value": value} for key, value in told.items()]
            if rows:
                connection.execute(OVERRIDES.insert(), rows)
            steps = [{"incident": incident.id, **one} for one in actions]
            if steps:
                connection.execute(ACTIONS.insert(), steps)

    def versions(self, incident: str) -> list[str]:
        """The reviewer's texts of an incident, newest last."""
        chosen = select(VERSIONS.c.content).where(VERSIONS.c.incident == incident).order_by(VERSIONS.c.number)
        with self._begin() as connection:
            return [_unpacked(row[0]).decode("utf-8", "surrogatepass") for row in connection.execute(chosen)]

    def history(self, incident: str) -> list[str]:
        """The hashes of the reviewer's texts of an incident, newest first."""
        chosen = select(VERSIONS.c.hash).where(VERSIONS.c.incident == incident).order_by(VERSIONS.c.number.desc())
        with self._begin() as connection:
            return [row[0] for row in connection.execute(chosen)]

    def version(self, incident: str, name: str) -> str:
        """A reviewer's text by its hash; "" where there is none."""
        chosen = select(VERSIONS.c.content).where(VERSIONS.c.hash == name, VERSIONS.c.incident == incident)
        with self._begin() as connection:
            found = connection.execute(chosen).scalar()
        return _unpacked(found).decode("utf-8", "surrogatepass") if found else ""

    def overrides(self, incident: str) -> dict[str, Any]:
        with self._begin() as connection:
            found = connection.execute(select(OVERRIDES).where(OVERRIDES.c.incident == incident))
            return {row.key: json.loads(row.value) for row in found}

    def actions(self, incident: str) -> list[dict[str, str]]:
        chosen = select(ACTIONS).where(ACTIONS.c.incident == incident).order_by(ACTIONS.c.id)
        with self._begin() as connection:
            return [
                {str(k): str(v) for k, v in row._mapping.items() if k != "incident"}
                for row in connection.execute(chosen)
            ]

    @contextmanager
    def watching(self) -> Iterator[Watches]:
        """What a service follows, in one transaction."""
        with self._begin() as connection:
            yield Watches(connection)

    @contextmanager
    def access(self) -> Iterator[Access]:
        """Who may use a service and who changed what, in one transaction."""
        with self._begin() as connection:
            yield Access(connection)

    def due(self, now: datetime) -> list[Watch]:
        """The incidents that are to be drafted now."""
        with self.watching() as desk:
            return [one for one in desk.watches("quiet") if one.due_at and one.due_at <= now]

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with _told(self._address), self._engine.begin() as connection:
            yield connection


def _keep_incident(connection: Connection, incident: Incident) -> None:
    values: dict[str, str | None] = {"id": incident.id, "title": incident.title, "severity": incident.severity}
    for name in ("opened_at", "resolved_at"):
        values[name] = rfc3339(at) if (at := getattr(incident, name)) else None
    kept = insert(connection, INCIDENTS).values(values)
    newer = {name: value for name, value in values.items() if name != "id"}
    connection.execute(kept.on_conflict_do_update(index_elements=["id"], set_=newer))


def _add(connection: Connection, table: Table, incident: str, **values: Any) -> None:
    """Add a row that is numbered within its incident; one that is there already becomes the newest."""
    last = connection.execute(select(func.max(table.c.number)).where(table.c.incident == incident)).scalar()
    number = (last or 0) + 1
    kept = insert(connection, table).values(incident=incident, number=number, **values)
    connection.execute(kept.on_conflict_do_update(index_elements=["hash"], set_={"number": number}))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _packed(content: str | bytes) -> bytes:
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return zstandard.compress(raw, 3)


def _unpacked(content: bytes) -> bytes:
    return zstandard.decompress(content)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """What a database or disk refuses, as one line; a URL is told without its password."""
    try:
        yield
    except OSError as problem:
        raise StoreError(f"cannot be used: {problem.strerror or problem}.", where=_shown(where), fix=_FIX) from None
    except SQLAlchemyError as problem:
        why = " ".join(str(getattr(problem, "orig", None) or problem).split())
        raise StoreError(f"cannot be used: {why}.", where=_shown(where), fix=_FIX) from None
    except zstandard.ZstdError as problem:
        raise StoreError(f"is damaged: {problem}.", where=_shown(where), fix="Import or collect it again.") from None


_FIX = "Check `store` in the configuration, and its permissions."


def _shown(where: str) -> str:
    return make_url(where).render_as_string(hide_password=True) if "://" in where else where
