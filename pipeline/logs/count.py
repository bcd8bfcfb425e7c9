"""The summaries of all services as they grow, and the account of every record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.event import Account, Exemplar, LogSource, LogSummary
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.lines.templates import cut, template
from pipeline.logs.notes import Notes
from pipeline.logs.records import Record
from pipeline.logs.summary import Slot, lot, minute_of, seed_of, union

EMPTY = "(no message)"
TEMPLATES = 20_000  # a service; further ones are counted together, by level


@dataclass(slots=True)
class Counts:
    """`since` is the time of a service's earliest record, inside the window or not."""

    window: Window
    account: Account = field(default_factory=Account)
    slots: dict[str, dict[str, Slot]] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    def add(self, source: LogSource, path: str, at: datetime, record: Record, notes: Notes) -> None:
        """Count one record of the window."""
        key = record.template or template(record.message, record.traits, record.parts[1:]) or EMPTY
        level = record.level or (levels.find(record.parts[-1]) if len(record.parts) > 1 else "")
        slots = self.slots.setdefault(source.service, {})
        slot = slots.get(key)
        if slot is None and len(slots) >= TEMPLATES:
            key = f"(templates beyond the first {TEMPLATES:,}) {level}".strip()
            slot = slots.get(key)
            notes.add("many-templates", path, f"more than {TEMPLATES:,} templates; further ones are counted together")
        drawn = lot(seed_of(path), record.offset)
        if slot is None:
            slot = slots[key] = Slot(source.name, level, _exemplar(record, at, path), drawn)
        else:
            _keep(slot, at, path, record, drawn)
        slot.count += 1
        minute = minute_of(at)
        slot.minutes[minute] = slot.minutes.get(minute, 0) + 1
        if level != slot.level:
            slot.level = levels.worst(level, slot.level)
        if source.name != slot.source:
            slot.source = union(slot.source, source.name)

    def summaries(self) -> Iterator[LogSummary]:
        for service, slots in self.slots.items():
            for key, slot in slots.items():
                yield slot.summary(service, key)


def _keep(slot: Slot, at: datetime, path: str, record: Record, drawn: int) -> None:
    """The record as first, last or drawn exemplar, where it is one; ties go by place, as in `combine`."""
    first, last, low = slot.first, slot.last, slot.low
    where = (at, path, record.offset)
    is_first = where < (first.at, first.path, first.offset)
    is_last = where > (last.at, last.path, last.offset)
    is_low = drawn < slot.drawn or (drawn == slot.drawn and where < (low.at, low.path, low.offset))
    if is_first or is_last or is_low:
        exemplar = _exemplar(record, at, path)
        if is_first:
            slot.first = exemplar
        if is_last:
            slot.last = exemplar
        if is_low:
            slot.low, slot.drawn = exemplar, drawn


def _exemplar(record: Record, at: datetime, path: str) -> Exemplar:
    text = record.parts[0] if len(record.parts) == 1 else "\n".join(record.parts)
    return Exemplar(at=at, text=cut(text, record.dropped), path=path, offset=record.offset, line=record.line)
