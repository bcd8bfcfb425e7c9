"""A tiny connector that gives what a test puts into it, and a clock that stands still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.config import Config, Source
from pipeline.connector import ConnectorSettings
from pipeline.event import Event
from pipeline.incident import Incident, Window

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def at(clock: str) -> datetime:
    """A time of the day of the incident: `09:41` or `09:41:30`."""
    return datetime.fromisoformat(f"2026-11-24T{clock}+00:00")


WINDOW = Window(at("09:00"), at("10:00"))
INCIDENT = Incident(id="INC-1", title="Checkout fails", window=WINDOW)


def event(clock: str, title: str = "deploy", **fields: Any) -> Event:
    return Event(**{"at": at(clock), "kind": "deploy", "moment": "deployed", "title": title, **fields})


def source(name: str, *, identity: str = "", settings: ConnectorSettings | None = None, **gives: Any) -> Source:
    """A source whose `events`, `logs`, `series` or `find_incident` give a list, or call a function for it."""

    class Fake:
        kind = "fake"
        Settings = ConnectorSettings

        def __init__(self, settings: ConnectorSettings, http: Any) -> None:
            self.identity = identity or f"fake:{name}"
            self.http = http

        def events(self, window: Window) -> Iterator[Any]:
            yield from _given(gives.get("events", []))

    def stream(what: Any) -> Callable[..., Iterator[Any]]:
        return lambda _self, _window: iter(_given(what))

    for method in ("logs", "series"):
        if method in gives:
            setattr(Fake, method, stream(gives[method]))
    if "find_incident" in gives:
        Fake.find_incident = lambda _self, incident_id: gives["find_incident"](incident_id)  # type: ignore[attr-defined]
    return Source(settings or ConnectorSettings(use="fake", name=name, time_limit=5), Fake)  # type: ignore[arg-type]


def _given(what: Any) -> Any:
    return what() if callable(what) else what


def config_of(*sources: Source, base: Path = Path("/nowhere"), **keys: Any) -> Config:
    return Config(connectors=sources, **keys).at(base)
