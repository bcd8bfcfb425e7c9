"""A service of the tests: its store, its inbox, and a clock that is set by hand."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from pipeline.config import Config, load
from pipeline.event import Event
from pipeline.incident import Incident
from pipeline.receiving import Received
from pipeline.serve.app import made
from pipeline.serve.desk import Desk
from pipeline.serve.drafting import Drafter
from pipeline.serve.inbox import Accepted, Inbox, Sender
from pipeline.serve.metrics import Metrics
from pipeline.serve.sweep import Sweep
from pipeline.store import Store
from pipeline.store.watches import Watch

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
SENDER = Sender("events", "files:events")


def at(minute: float) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minute)


def fired(name: str, minute: float, service: str = "cart", **more: Any) -> Event:
    return Event(
        at=at(minute),
        kind="alert",
        moment="fired",
        title=name,
        native_id=name,
        episode=at(minute),
        service=service,
        **more,
    )


def resolved(name: str, began: float, minute: float, service: str = "cart", **more: Any) -> Event:
    return Event(
        at=at(minute), kind="alert", moment="resolved", title=name, native_id=name, episode=at(began), service=service,
        **more,
    )  # fmt: skip


def incident(name: str, opened: float, ended: float | None = None, **more: Any) -> Incident:
    given = {"opened_at": at(opened), "resolved_at": None if ended is None else at(ended)}
    return Incident(id=name, title="Carts fail", **{"severity": "SEV-2", "services": ("cart",), **given, **more})


@dataclass
class Service:
    """A folder with a configuration and a store; `minute` is what its clock shows, after nine."""

    folder: Path
    keys: dict[str, Any] = field(default_factory=dict)
    minute: float = 0.0

    def write(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    @property
    def config(self) -> Config:
        keys = {"connectors": [{"use": "files", "name": "events", "events": "events.jsonl"}], **self.keys}
        return load(self.write("befell.yaml", {"store": "store.db", **keys}), {})

    @property
    def store(self) -> Store:
        return Store.open(self.config.store_address)

    def clock(self) -> datetime:
        return at(self.minute)

    def accept(self, *told: Received, minute: float, delivery: str = "", sender: Sender = SENDER) -> Accepted:
        self.minute = minute
        inbox = Inbox(self.config, self.store)
        return inbox.accept(sender, told, self.clock(), ("hook", delivery) if delivery else None)

    def watches(self, *states: Any) -> list[Watch]:
        with self.store.watching() as desk:
            return desk.watches(*states)

    def the_watch(self) -> Watch:
        (one,) = [one for one in self.watches() if one.state != "merged"]
        return one

    def draft(self, name: str, minute: float, by: str = "worker-1") -> Watch | None:
        self.minute = minute
        return Drafter(self.config, self.store, self.clock, by).draft(name)

    def sweep(self, minute: float) -> list[str]:
        self.minute = minute
        return Sweep(self.config, self.store, self.clock).look()

    def token(self, role: Any, name: str = "") -> str:
        """A new token of this role."""
        with self.store.access() as access:
            return access.create(name or role, role, self.clock())

    def drafts(self) -> Iterable[str]:
        return sorted(path.name for path in (self.folder / "postmortems").glob("*"))


HOOKS = [
    {"connector": "events", "token": "the-token"},
    {"connector": "events", "name": "basic", "username": "me", "password": "pass:word"},
    {"connector": "events", "name": "signed", "secret": "the-secret"},
]
BEARER = {"Authorization": "Bearer the-token"}


class Silent:
    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


def open_client(service: Service, peer: str = "testclient", **more: Any) -> TestClient:
    """A client of the service that connects from the address `peer`."""
    desk = Desk(service.config, service.store, service.clock, Metrics(), Silent(), **more)
    return TestClient(made(desk), raise_server_exceptions=False, client=(peer, 50_000))
