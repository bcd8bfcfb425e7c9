"""One log source, file by file: format, times, and where each record goes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from pipeline import times
from pipeline.event import LogSource
from pipeline.logs.count import Counts
from pipeline.logs.hours import Hours
from pipeline.logs.lines import KEEP, Line, Span, lines
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.records import Record, Text, records
from pipeline.logs.stamps import SHIFTED, SKIPPED, YEARLESS, ZONELESS, Clock, Where
from pipeline.logs.stated import Stated
from pipeline.logs.window import Plan, find_window, grown, unordered

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
    reader = _Reader(stated, counts, notes)
    for _, rotated in groupby(find_window(stated, found, counts.window, notes), key=attrgetter("base")):
        reader.read_set(rotated)
    if reader.first:
        known = counts.since.get(source.service, reader.first)
        counts.since[source.service] = min(known, reader.first)
    if found and not reader.inside:
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
        self.inside = 0

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
            self._cover(at)
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
        latest = floor = datetime.min.replace(tzinfo=UTC)
        ordered = True
        for record in records(_decoded(lines(span, tally.fault), tally), plan.form):
            at = tally.at(record, clock)
            if at is None:
                continue
            if at > latest:
                latest, floor = at, at - plan.disorder
            elif at < floor:
                ordered = False
            self._place(plan.path, at, record)
        return ordered

    def _cover(self, at: datetime | None) -> None:
        if at is None:
            return
        self.first = min(self.first or at, at)
        self.last = max(self.last or at, at)

    def _place(self, path: str, at: datetime, record: Record) -> None:
        counts = self._counts
        if self.first is None or self.last is None or not self.first <= at <= self.last:
            self._cover(at)
        if at in counts.window:
            self.inside += 1
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


def _decoded(raw: Iterable[Line], tally: _Tally) -> Iterator[Text]:
    """UTF-8 with replacement; a byte order mark and the carriage return of a Windows line go."""
    for offset, number, data, dropped in raw:
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
        yield Text(offset, number, text.rstrip("\r"), dropped)
