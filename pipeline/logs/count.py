"""The summaries of all services as they grow, and the account of every record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.event import Account, LogSource, LogSummary
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.lines.mining import mined
from pipeline.lines.templates import Said, said
from pipeline.logs.notes import Notes
from pipeline.logs.records import Record
from pipeline.logs.summary import Mark, Slot, lot, micros_of, minute_of, seed_of, union

EMPTY = Said("", "(no message)")
TEMPLATES = 20_000  # a service; further ones are counted together, by level


def said_of(record: Record) -> tuple[Said, str]:
    """The template of a record, and its level."""
    if record.template:
        key = Said("", record.template)
    else:
        key = said(record.message, record.traits, record.parts[1:])
    return key if key != ("", "") else EMPTY, record.level or (
        levels.find(record.parts[-1]) if len(record.parts) > 1 else ""
    )


@dataclass(slots=True)
class Counts:
    """`since` is the time of a service's earliest record, inside the window or not."""

    window: Window
    account: Account = field(default_factory=Account)
    slots: dict[str, dict[Said, Slot]] = field(default_factory=dict)
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

    def slot(self, source: LogSource, key: Said, level: str, mark: Mark, drawn: int, notes: Notes) -> Slot:
        """Where the records of a template of a level are counted; one of them is marked."""
        slots = self.slots.setdefault(source.service, {})
        slot = slots.get(key)
        if slot is None and len(slots) >= TEMPLATES:
            key = Said("", f"(templates beyond the first {TEMPLATES:,}) {level}".strip())
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
        for key, counted in other.slots.get(source.service, {}).items():
            counted.shift(shift)
            self.slot(source, key, counted.level, counted.low, counted.drawn, notes).join(counted)

    def summaries(self) -> Iterator[LogSummary]:
        """One for each template, once the words of a service's templates show which of them are values."""
        for service, slots in self.slots.items():
            for key, (first, *others) in _gathered(slots).items():
                whole = first.copy() if others else first
                for slot in others:
                    whole.join(slot)
                yield whole.summary(service, key)


def _gathered(slots: Mapping[Said, Slot]) -> dict[str, list[Slot]]:
    """The slots under the template that they belong to. What differs in its level, or in what stays, is kept apart."""
    alike: dict[tuple[str, str], list[str]] = {}
    for key, slot in slots.items():
        alike.setdefault((slot.level, key.rest), []).append(key.words)
    belongs = {kind: mined(words) for kind, words in alike.items()}
    found: dict[str, list[Slot]] = {}
    for key, slot in slots.items():
        words = belongs[slot.level, key.rest][key.words]
        found.setdefault(str(Said(words, key.rest)), []).append(slot)
    return found
