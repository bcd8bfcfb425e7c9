"""What anything at all may post: an event or a list of them, and an incident, with the fields that files have."""

from collections.abc import Iterator
from typing import Any

from connectors.files.clock import Clock
from connectors.files.events import Reader
from connectors.files.incidents import incident
from connectors.files.records import Record
from connectors.files.settings import FilesSettings
from pipeline.errors import SourceError
from pipeline.event import Rejected
from pipeline.receiving import Received, Signature

# Signed as GitHub signs its own: any language has the few lines that it takes.
SIGNATURE = Signature("X-Befell-Signature", prefix="sha256=", stamp="X-Befell-Timestamp", message="{stamp}.{body}")


def received(settings: FilesSettings, payload: Any) -> Iterator[Received]:
    """`{"incident": {...}, "events": [...]}`, either of them, or an event or a list of them by itself."""
    given = payload if isinstance(payload, dict) and payload.keys() & {"incident", "events"} else {"events": payload}
    if unknown := sorted(given.keys() - {"incident", "events"}):
        yield Rejected(where="delivery", why=f"unknown key {unknown[0]!r}: `incident` and `events` are known.")
    if "incident" in given:
        yield from _incident(settings, given["incident"])
    events = given.get("events", [])
    reader = Reader(Clock(ahead=settings.clock_offset), settings.kinds)
    for number, raw in enumerate(events if isinstance(events, list) else [events], 1):
        yield from reader.read(Record("delivery", number, raw))


def _incident(settings: FilesSettings, raw: Any) -> Iterator[Received]:
    if not isinstance(raw, dict) or not str(raw.get("id") or "").strip():
        yield Rejected(where="delivery", why="incident: give an object with an id.")
        return
    try:
        yield incident(Record("delivery", 1, raw), settings.name, settings.severities)
    except SourceError as problem:
        yield Rejected(where="delivery", why=problem.what)
