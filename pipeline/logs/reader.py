"""One log source, file by file: format, times, and where each record goes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from pipeline import times
from pipeline.event import LogSource
from pipeline.logs.bulk import FORMATS
from pipeline.logs.count import Counts
from pipeline.logs.hours import Hours, repeated
from pipeline.logs.lines import KEEP, Span
from pipeline.logs.meter import Meter
from pipeline.logs.notes import Notes
from pipeline.logs.parts import Mapped, Task, divided
from pipeline.logs.paths import Found
from pipeline.logs.spans import Into, SpanReader
from pipeline.logs.stamps import SHIFTED, SKIPPED, YEARLESS, ZONELESS, Clock, Where
from pipeline.logs.stated import Stated
from pipeline.logs.tally import Tally, join
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


def read_source(
    source: LogSource, found: list[Found], counts: Counts, notes: Notes, mapped: Mapped, meter: Meter
) -> None:
    """Read the window of every file into `counts`; what could not be seen or was assumed goes to `notes`."""
    stated = Stated(source, notes)
    reader, before = _Reader(stated, counts, notes, mapped, meter), counts.account.summarised
    plans = list(find_window(stated, found, counts.window, notes))
    meter.expected += sum(plan.size - plan.bytes_skipped for plan in plans)
    for _, rotated in groupby(plans, key=attrgetter("base")):
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

    def __init__(self, stated: Stated, counts: Counts, notes: Notes, mapped: Mapped, meter: Meter) -> None:
        self._stated, self._source, self._counts, self._notes = stated, stated.source, counts, notes
        self._mapped, self._meter = mapped, meter
        # where a clock change repeats an hour, each line's place tells which one is meant
        self._in_blocks = not repeated(stated.zone, counts.window)
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
        tally = Tally(plan.path, previous, hours)
        into = Into(self._source, plan, self._counts, self._notes, tally, clock)
        self._cover(plan.first, plan.last)
        self._counts.account.bytes_skipped += plan.bytes_skipped
        read = self._meter.read
        ordered = [self._ordered(span, into) for span in plan.spans]
        if plan.rest and not all(ordered):
            self._counts.account.bytes_skipped -= plan.bytes_skipped
            self._notes.add("unordered", plan.path, unordered(plan.disorder))
            for span in plan.rest:
                self._ordered(span, into)
        self._meter.read = read + plan.size - plan.bytes_skipped
        account = self._counts.account
        account.read += tally.parsed + tally.rejected
        account.parsed += tally.parsed
        account.rejected += tally.rejected
        self._tell(plan, tally, clock)
        return plan.last or tally.previous

    def _ordered(self, span: Span, into: Into) -> bool:
        """Count the records of a span; whether their times rise, but for the disorder that is allowed."""
        parts = self._divided(span, into)
        if len(parts) > 1:
            return self._in_parts(parts, into)
        reader = SpanReader(into)
        reader.read(span, self._in_blocks)
        self._cover(reader.first, reader.last)
        return reader.ordered

    def _divided(self, span: Span, into: Into) -> list[Span]:
        if not self._in_blocks or into.plan.form.name not in FORMATS:
            return [span]
        try:
            return divided(span, into.plan.form, into.clock)
        except OSError:
            return [span]  # reading it tells what is wrong

    def _in_parts(self, parts: list[Span], into: Into) -> bool:
        window, disorder = self._counts.window, into.plan.disorder
        previous = [into.tally.previous, *([None] * (len(parts) - 1))]
        tasks = [
            Task(self._source, window, part, into.plan.sample, disorder, before)
            for part, before in zip(parts, previous, strict=True)
        ]
        ordered, latest, lines = True, times.EARLIEST, 0
        for task, part in zip(tasks, self._mapped(tasks), strict=True):
            self._meter.read += (task.span.end or 0) - task.span.start
            ordered &= part.ordered and not (part.first and part.first < latest - disorder)
            latest = max(latest, part.last or latest)
            self._counts.join(part.counts, self._source, lines, self._notes)
            into.tally.join(part.tally, lines)
            join(into.clock.seen, part.assumed, lines)
            self._cover(part.first, part.last)
            lines += part.lines
        return ordered

    def _cover(self, *times_of_records: datetime | None) -> None:
        for at in filter(None, times_of_records):
            self.first = min(self.first or at, at)
            self.last = max(self.last or at, at)

    def _tell(self, plan: Plan, tally: Tally, clock: Clock) -> None:
        notes, path = self._notes, plan.path
        if added := grown(plan):
            notes.add("grew", path, f"grew by {added:,} bytes while it was read; they were not read")
        for kind, what in tally.faults.items():
            notes.add(kind, path, what, gap=kind in ("cut-short", "unreadable"))
        for kind, (count, where) in ((kind, tally.seen[kind]) for kind in _SEEN if kind in tally.seen):
            why = f": {tally.why}" if kind == "rejected" else ""
            gap = kind == "rejected" and not tally.parsed
            notes.add(kind, path, _SEEN[kind] + why, count=count, example=_place(path, where), gap=gap)
        for kind, (count, where) in clock.seen.items():
            what = _ASSUMED[kind].format(zone=self._source.zone, offset=self._source.clock_offset_s)
            notes.add(kind, path, what, count=count, example=_place(path, where), whole=True)


def _place(path: str, where: Where) -> str:
    line, offset = where
    return f"{path}:{line}" if line else f"{path}, byte {offset:,}"
