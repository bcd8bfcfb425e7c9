"""The summaries of all services as they grow, and the account of every record."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.event import Account, LogSource, LogSummary
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.lines.templates import template
from pipeline.logs.notes import Notes
from pipeline.logs.records import Record
from pipeline.logs.summary import Mark, Slot, lot, micros_of, minute_of, seed_of, union

EMPTY = "(no message)"
TEMPLATES = 20_000  # a service; further ones are counted together, by level


def said_of(record: Record) -> tuple[str, str]:
    """The template of a record, and its level."""
    key = record.template or template(record.message, record.traits, record.parts[1:]) or EMPTY
    return key, record.level or (levels.find(record.parts[-1]) if len(record.parts) > 1 else "")


@dataclass(slots=True)
class Counts:
    """`since` is the time of a service's earliest record, inside the window or not."""

    window: Window
    account: Account = field(default_factory=Account)
    slots: dict[str, dict[str, Slot]] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    def add(self, source: LogSource, path: str, at: datetime, record: Record, notes: Notes) -> None:
        """Count one record of the window."""
        text = record.parts[0] if len(record.parts) == 1 else "\n".join(record.parts)
        mark = Mark(micros_of(at), path, record.offset, record.line, text, record.dropped)
        minute = minute_of(at)
        drawn = lot(seed_of(path), minute)
        slot = self.slot(source, *said_of(record), mark, drawn, notes)
        slot.keep(mark, drawn)
        slot.add({minute: 1})

    def slot(self, source: LogSource, key: str, level: str, mark: Mark, drawn: int, notes: Notes) -> Slot:
        """Where the records of a template of a level are counted; one of them is marked."""
        slots = self.slots.setdefault(source.service, {})
        slot = slots.get(key)
        if slot is None and len(slots) >= TEMPLATES:
            key = f"(templates beyond the first {TEMPLATES:,}) {level}".strip()
            slot = slots.get(key)
            what = f"more than {TEMPLATES:,} templates; further ones are counted together"
            notes.add("many-templates", mark.path, what)
        if slot is None:
            slot = slots[key] = Slot(source.name, level, mark, drawn)
        if level != slot.level:
            slot.level = levels.worst(level, slot.level)
        if source.name != slot.source:
            slot.source = union(slot.source, source.name)
        return slot

    def join(self, other: "Counts", source: LogSource, shift: int, notes: Notes) -> None:
        """What was counted of another part of a source's file, with so many more lines before it."""
        self.account.outside_window += other.account.outside_window
        self.account.summarised += other.account.summarised
        for said, counted in other.slots.get(source.service, {}).items():
            counted.shift(shift)
            self.slot(source, said, counted.level, counted.low, counted.drawn, notes).join(counted)

    def summaries(self) -> Iterator[LogSummary]:
        for service, slots in self.slots.items():
            for key, slot in slots.items():
                yield slot.summary(service, key)
