"""What the records of one file come to: how many, how many of them rejected, and what was odd about them."""

from collections.abc import Mapping
from datetime import datetime

from pipeline.logs.hours import Hours
from pipeline.logs.records import Record
from pipeline.logs.stamps import Clock, Where

Seen = dict[str, tuple[int, Where]]  # kind of notice -> (how many records, first line and byte)


class Tally:
    """`previous` is the time of the last record so far; `faults` are what stopped the reading, by kind of notice."""

    def __init__(self, path: str, previous: datetime | None, hours: Hours) -> None:
        self._path, self.previous, self._hours = path, previous, hours
        self.parsed = self.rejected = 0
        self.why = ""
        self.faults: dict[str, str] = {}
        self.seen: Seen = {}

    def fault(self, kind: str, what: str) -> None:
        self.faults.setdefault(kind, what)

    def note(self, kind: str, where: Where) -> None:
        count, first = self.seen.get(kind, (0, where))
        self.seen[kind] = (count + 1, min(first, where))

    def at(self, record: Record, clock: Clock) -> datetime | None:
        """The time of a record: its own, else that of the record that began before; None where it is rejected."""
        where = record.line, record.offset
        try:
            if record.when is not None:
                self.previous = self._hours.at(clock.readings(record.when, where), self._path, where)
            elif self.previous is None:
                raise ValueError("the line has no time, and none came before it")
            else:
                self.note("untimed", where)
        except ValueError as problem:
            self.rejected += 1
            self.why = self.why or str(problem)[:200]
            self.note("rejected", where)
            return None
        self.parsed += 1
        return self.previous

    def join(self, other: "Tally", shift: int) -> None:
        """What a later part of the file came to, with so many more lines before it."""
        self.parsed += other.parsed
        self.rejected += other.rejected
        self.why = self.why or other.why
        self.previous = other.previous or self.previous
        for kind, what in other.faults.items():
            self.fault(kind, what)
        join(self.seen, other.seen, shift)


def join(seen: Seen, other: Mapping[str, tuple[int, Where]], shift: int) -> None:
    """Add what was seen in a later part of a file, with so many more lines before it."""
    for kind, (count, (line, offset)) in other.items():
        known, first = seen.get(kind, (0, (line and line + shift, offset)))
        seen[kind] = (known + count, first)
