"""One log source, file by file: format, times, and where each record goes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

import numpy as np

from pipeline import times
from pipeline.event import LogSource
from pipeline.logs.bulk import FORMATS, Bulk
from pipeline.logs.count import Counts
from pipeline.logs.hours import Hours, repeated
from pipeline.logs.lines import KEEP, Block, Line, Span, cut, lines
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.records import Record, Records, Text
from pipeline.logs.stamped import Ints
from pipeline.logs.stamps import SHIFTED, SKIPPED, YEARLESS, ZONELESS, Clock, Where
from pipeline.logs.stated import Stated
from pipeline.logs.summary import micros_of
from pipeline.logs.window import Plan, find_window, grown, unordered

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ASSUMED = {
    ZONELESS: "times without a zone, read as UTC; state the zone as `zone:` on this log in the configuration",
    YEARLESS: "times without a year, read as in the year nearest to the window; state `year:` on this log to fix it",
    SKIPPED: "times that the clock of {zone} skips; read as if it had not been changed: check `zone:` of this log",
    SHIFTED: "the clock of this source is {offset:+g} s off, as stated; every time was set right by that",
}

_TWICE = (
    "times that a clock change repeats in {zone}, and the order of the file does not tell which of the two hours is "
    "meant; the first was taken, so that they may be an hour later. Log in UTC, or with the zone in each time"
)
_SEEN = {
    "rejected": "rejected, since no time could be read",
    "untimed": "no time of their own; they took that of the record before",
    "long-record": f"longer than {KEEP // 1024} kB; the first part was kept and the rest counted",
    "invalid-utf8": "not UTF-8; such bytes are shown as \ufffd",
    "nul-bytes": "NUL bytes in the text; they are shown as \ufffd",
}


def read_source(source: LogSource, found: list[Found], counts: Counts, notes: Notes) -> None:
    """Read the window of every file into `counts`; what could not be seen or was assumed goes to `notes`."""
    stated = Stated(source, notes)
    reader, before = _Reader(stated, counts, notes), counts.account.summarised
    for _, rotated in groupby(find_window(stated, found, counts.window, notes), key=attrgetter("base")):
        reader.read_set(rotated)
    if reader.first:
        known = counts.since.get(source.service, reader.first)
        counts.since[source.service] = min(known, reader.first)
    if found and counts.account.summarised == before:
        span = "they hold no record with a time"
        if reader.first and reader.last:
            span = f"the records run from {times.rfc3339(reader.first)} to {times.rfc3339(reader.last)}"
        for file in found:
            notes.add("empty", file.path, f"no record inside the window; {span}", whole=True)


class _Reader:
    """What is the same for all files of a source, and the span of time that they cover."""

    def __init__(self, stated: Stated, counts: Counts, notes: Notes) -> None:
        self._stated, self._source, self._counts, self._notes = stated, stated.source, counts, notes
        self.first: datetime | None = None
        self.last: datetime | None = None

    def read_set(self, rotated: Iterable[Plan]) -> None:
        """Read the files of one rotated set, oldest first."""
        previous = None
        hours = Hours(self._counts.window, timedelta(seconds=max(self._source.disorder_s, 0)))
        for plan in rotated:
            previous = self._read(plan, previous, hours)
        if hours.open:
            path, where = hours.example
            what = _TWICE.format(zone=self._source.zone)
            self._notes.add("ambiguous-time", path, what, count=hours.open, example=_place(path, where), gap=True)

    def _read(self, plan: Plan, previous: datetime | None, hours: Hours) -> datetime | None:
        """Read one file; `previous` is the time of the record before it in its rotated set, the result its last."""
        clock = self._stated.clock(self._counts.window)
        tally = _Tally(plan.path, previous, hours)
        for at in (plan.first, plan.last):
            self.cover(at)
        self._counts.account.bytes_skipped += plan.bytes_skipped
        ordered = [self._ordered(span, plan, tally, clock) for span in plan.spans]
        if plan.rest and not all(ordered):
            self._counts.account.bytes_skipped -= plan.bytes_skipped
            self._notes.add("unordered", plan.path, unordered(plan.disorder))
            for span in plan.rest:
                self._ordered(span, plan, tally, clock)
        account = self._counts.account
        account.read += tally.parsed + tally.rejected
        account.parsed += tally.parsed
        account.rejected += tally.rejected
        self._tell(plan, tally, clock)
        return plan.last or tally.previous

    def _ordered(self, span: Span, plan: Plan, tally: "_Tally", clock: Clock) -> bool:
        """Count the records of a span; whether their times rise, but for the disorder that is allowed."""
        span_reader = _SpanReader(self, plan, tally, clock)
        # where a clock change repeats an hour, each line's place tells which one is meant
        if plan.form.name in FORMATS and not repeated(self._stated.zone, self._counts.window):
            bulk = Bulk(self._source, plan.path, plan.form, self._counts, self._notes)
            for piece in cut(span, tally.fault):
                if isinstance(piece, Block):
                    bulk.read(piece, clock, span_reader)
                else:
                    bulk.interrupt()
                    span_reader.feed((piece,))
            bulk.finish()
        else:
            span_reader.feed(lines(span, tally.fault))
        span_reader.flush()
        return span_reader.ordered

    def cover(self, at: datetime | None) -> None:
        if at is None:
            return
        self.first = min(self.first or at, at)
        self.last = max(self.last or at, at)

    def place(self, path: str, at: datetime, record: Record) -> None:
        counts = self._counts
        if self.first is None or self.last is None or not self.first <= at <= self.last:
            self.cover(at)
        if at in counts.window:
            counts.account.summarised += 1
            counts.add(self._source, path, at, record, self._notes)
        else:
            counts.account.outside_window += 1

    def _tell(self, plan: Plan, tally: "_Tally", clock: Clock) -> None:
        notes, path = self._notes, plan.path
        if added := grown(plan):
            notes.add("grew", path, f"grew by {added:,} bytes while it was read; they were not read")
        for kind, what in tally.faults.items():
            notes.add(kind, path, what, gap=kind in ("cut-short", "unreadable"))
        for kind, (count, where) in tally.seen.items():
            why = f": {tally.why}" if kind == "rejected" else ""
            gap = kind == "rejected" and not tally.parsed
            notes.add(kind, path, _SEEN[kind] + why, count=count, example=_place(path, where), gap=gap)
        for kind, (count, where) in clock.seen.items():
            what = _ASSUMED[kind].format(zone=self._source.zone, offset=self._source.clock_offset_s)
            notes.add(kind, path, what, count=count, example=_place(path, where), whole=True)


def _place(path: str, where: Where) -> str:
    line, offset = where
    return f"{path}:{line}" if line else f"{path}, byte {offset:,}"


class _Tally:
    """What one file's records came to. `seen` is kind of notice -> (count, first line and byte)."""

    def __init__(self, path: str, previous: datetime | None, hours: Hours) -> None:
        self._path, self.previous, self._hours = path, previous, hours
        self.parsed = self.rejected = 0
        self.why = ""
        self.faults: dict[str, str] = {}
        self.seen: dict[str, tuple[int, Where]] = {}

    def fault(self, kind: str, what: str) -> None:
        self.faults.setdefault(kind, what)

    def note(self, kind: str, where: Where) -> None:
        count, first = self.seen.get(kind, (0, where))
        self.seen[kind] = (count + 1, min(first, where))

    def at(self, record: Record, clock: Clock) -> datetime | None:
        """The time of a record: its own, else that of the record before; None where it is rejected."""
        where = record.line, record.offset
        if record.dropped:
            self.note("long-record", where)
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


class _SpanReader:
    """The records of one span, line by line; `ordered`: whether times rise, but for the disorder that is allowed."""

    def __init__(self, reader: _Reader, plan: Plan, tally: _Tally, clock: Clock) -> None:
        self._reader, self._plan, self._tally, self._clock = reader, plan, tally, clock
        self._records = Records(plan.form)
        self._latest = self._floor = self._waiting = times.EARLIEST
        self.ordered = True

    def feed(self, found: Iterable[Line]) -> None:
        feed = self._records.feed
        for line in found:
            if record := feed(_decoded(line, self._tally)):
                self._place(record)

    def flush(self) -> None:
        for record in self._records.flush():
            self._place(record)

    def spread(self, at: Ints) -> None:
        if not len(at):
            return
        self._rise(self._waiting)  # the lines of the block before; of this block, others may yet come one by one
        lowest, highest = (_EPOCH + timedelta(microseconds=int(found)) for found in (at.min(), at.max()))
        self._tally.parsed += len(at)
        self._reader.cover(lowest)
        self._reader.cover(highest)
        so_far = np.maximum.accumulate(np.maximum(at, micros_of(self._latest)))
        if (at < so_far - self._plan.disorder // timedelta(microseconds=1)).any():
            self.ordered = False
        self._waiting = highest

    def _place(self, record: Record) -> None:
        at = self._tally.at(record, self._clock)
        if at is None:
            return
        if at < self._floor:
            self.ordered = False
        self._rise(at)
        self._reader.place(self._plan.path, at, record)

    def _rise(self, at: datetime) -> None:
        if at > self._latest:
            self._latest, self._floor = at, at - self._plan.disorder


def _decoded(line: Line, tally: _Tally) -> Text:
    """UTF-8 with replacement; a byte order mark and the carriage return of a Windows line go."""
    offset, number, data, dropped = line
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        if not dropped or "\ufffd" in text[:-1]:  # a cut may go through a character
            tally.note("invalid-utf8", (number, offset))
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
        tally.note("nul-bytes", (number, offset))
    if number == 1:
        text = text.removeprefix("\ufeff")
    return Text(offset, number, text.rstrip("\r"), dropped)
