"""Who may use the service, in the store: tokens and sessions as hashes, and who changed what."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, select

from pipeline.store.inserting import insert
from pipeline.store.tables import AUDIT, SESSIONS, TOKENS
from pipeline.times import rfc3339

Role = Literal["viewer", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "reviewer", "admin")  # each may do what the ones before it may


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, and what they may do."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed; its secret is not kept."""

    name: str
    role: Role
    created_at: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit trail. `version` is the hash of the text that was saved, "" where none was."""

    at: str
    who: str
    action: str
    incident: str = ""
    detail: str = ""
    version: str = ""


def secret() -> str:
    """A new secret of 256 bits."""
    return f"befell_{secrets.token_urlsafe(32)}"


def hashed(given: str) -> str:
    """What is kept of a secret: random enough that a plain hash keeps it."""
    return hashlib.sha256(given.encode("utf-8", "surrogateescape")).hexdigest()


class Access:
    """Reading and writing it within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, name: str, role: Role, now: datetime) -> str:
        """A new token, which is not told again; "" where the name is taken."""
        made = secret()
        values = {"name": name, "role": role, "hash": hashed(made), "created_at": rfc3339(now)}
        kept = insert(self._connection, TOKENS).values(values).on_conflict_do_nothing().returning(TOKENS.c.name)
        return made if self._connection.execute(kept).first() else ""

    def tokens(self) -> list[Token]:
        chosen = select(TOKENS.c.name, TOKENS.c.role, TOKENS.c.created_at).order_by(TOKENS.c.name)
        return [Token(*row) for row in self._connection.execute(chosen)]

    def revoke(self, name: str) -> bool:
        """Forget a token and its sessions; False where there is none of this name."""
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.token == name))
        return bool(self._connection.execute(delete(TOKENS).where(TOKENS.c.name == name)).rowcount)

    def by_token(self, given: str) -> Person | None:
        row = self._connection.execute(select(TOKENS).where(TOKENS.c.hash == hashed(given))).first()
        return Person(row.name, row.role) if row else None

    def begin(self, person: Person, until: datetime, now: datetime) -> str:
        """A session of somebody who showed a token; its secret. Those that are over are forgotten."""
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.until < rfc3339(now)))
        made = secret()
        values = {"hash": hashed(made), "token": person.name, "until": rfc3339(until)}
        self._connection.execute(SESSIONS.insert().values(values))
        return made

    def by_session(self, given: str, now: datetime) -> Person | None:
        chosen = select(TOKENS.c.name, TOKENS.c.role).join(SESSIONS, SESSIONS.c.token == TOKENS.c.name)
        valid = (SESSIONS.c.hash == hashed(given), SESSIONS.c.until >= rfc3339(now))
        row = self._connection.execute(chosen.where(*valid)).first()
        return Person(row.name, row.role) if row else None

    def end(self, given: str) -> None:
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.hash == hashed(given)))

    def note(self, entry: Entry) -> None:
        """Add to the audit trail."""
        names = ("at", "who", "action", "incident", "detail", "version")
        self._connection.execute(AUDIT.insert().values({name: getattr(entry, name) for name in names}))

    def trail(self, incident: str | None = None, most: int = 500) -> list[Entry]:
        """The audit trail, newest first; with `incident` that of one."""
        columns = (AUDIT.c.at, AUDIT.c.who, AUDIT.c.action, AUDIT.c.incident, AUDIT.c.detail, AUDIT.c.version)
        chosen = select(*columns).order_by(AUDIT.c.number.desc()).limit(most)
        if incident is not None:
            chosen = chosen.where(AUDIT.c.incident == incident)
        return [Entry(*row) for row in self._connection.execute(chosen)]
