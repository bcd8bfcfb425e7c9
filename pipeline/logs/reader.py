"""One log source, file by file: format, times, and where each record goes."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from itertools import chain, islice

from pipeline import times
from pipeline.event import LogSource
from pipeline.logs import formats
from pipeline.logs.count import Counts
from pipeline.logs.lines import KEEP, Line, lines
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.records import Record, Text, records
from pipeline.logs.stamps import AMBIGUOUS, SHIFTED, YEARLESS, ZONELESS, Clock, shape_of

SAMPLE = 100  # lines that a file's format is found from
_ASSUMED = {
    ZONELESS: "times without a zone, read as UTC; state the zone as `zone:` on this log in the configuration",
    YEARLESS: "times without a year, read as in the year nearest to the window; state `year:` on this log to fix it",
    AMBIGUOUS: "times that a clock change repeats or skips in {zone}; the first of the two was taken",
    SHIFTED: "the clock of this source is {offset:+g} s off, as stated; every time was set right by that",
}

_SEEN = {
    "rejected": "rejected, since no time could be read",
    "untimed": "no time of their own; they took that of the record before",
    "long-record": f"longer than {KEEP // 1024} kB; the first part was kept and the rest counted",
    "invalid-utf8": "not UTF-8; such bytes are shown as \ufffd",
    "nul-bytes": "NUL bytes in the text; they are shown as \ufffd",
}


def read_source(source: LogSource, found: list[Found], counts: Counts, notes: Notes) -> None:
    """Read every file of a source into `counts`; what could not be seen or was assumed goes to `notes`."""
    reader = _Reader(source, counts, notes)
    base, previous = "", None
    for file in found:
        previous = reader.read(file.path, previous if file.base == base else None)
        base = file.base
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

    def __init__(self, source: LogSource, counts: Counts, notes: Notes) -> None:
        self._source, self._counts, self._notes = source, counts, notes
        self._zone = self._stated_zone()
        self._stated = self._stated_format()
        self._time = self._stated_time()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.inside = 0

    def read(self, path: str, previous: datetime | None) -> datetime | None:
        """Read one file; `previous` is the time of the record before it in its rotated set, the result its last."""
        clock = Clock(self._source, self._counts.window, self._zone)
        tally = _Tally(previous)
        texts = _decoded(lines(path, tally.fault), tally)
        head = list(islice(texts, SAMPLE))
        for record in records(chain(head, texts), self._format([line.text for line in head])):
            at = tally.at(record, clock)
            if at is not None:
                self._place(path, at, record)
        self._counts.account.read += tally.parsed + tally.rejected
        self._counts.account.parsed += tally.parsed
        self._counts.account.rejected += tally.rejected
        self._tell(path, tally, clock)
        return tally.previous

    def _place(self, path: str, at: datetime, record: Record) -> None:
        counts = self._counts
        if self.first is None or self.last is None:
            self.first = self.last = at
        elif at < self.first:
            self.first = at
        elif at > self.last:
            self.last = at
        if at in counts.window:
            self.inside += 1
            counts.account.summarised += 1
            counts.add(self._source, path, at, record, self._notes)
        else:
            counts.account.outside_window += 1

    def _tell(self, path: str, tally: "_Tally", clock: Clock) -> None:
        notes = self._notes
        for kind, what in tally.faults.items():
            notes.add(kind, path, what, gap=kind in ("cut-short", "unreadable"))
        for kind, (count, line) in tally.seen.items():
            why = f": {tally.why}" if kind == "rejected" else ""
            gap = kind == "rejected" and not tally.parsed
            notes.add(kind, path, _SEEN[kind] + why, count=count, example=f"{path}:{line}", gap=gap)
        for kind, (count, line) in clock.seen.items():
            what = _ASSUMED[kind].format(zone=self._source.zone, offset=self._source.clock_offset_s)
            notes.add(kind, path, what, count=count, example=f"{path}:{line}", whole=True)

    def _stated_zone(self) -> tzinfo | None:
        try:
            return times.zone(self._source.zone) if self._source.zone else None
        except ValueError as problem:
            self._notes.add("unknown-zone", "", f"{problem}; times without a zone are read as UTC", whole=True)
            return None

    def _stated_format(self) -> formats.Format | None:
        name = self._source.format
        found = formats.named(name) if name else None
        if name and not found:
            known = ", ".join(formats.FORMATS)
            what = f"no such format: {name!r} (there are {known}); it was found from the data instead"
            self._notes.add("unknown-format", "", what, whole=True)
        return found

    def _stated_time(self) -> formats.Parse | None:
        try:
            return formats.stated(shape_of(self._source.time_format)) if self._source.time_format else None
        except ValueError as problem:
            self._notes.add("unknown-format", "", str(problem), whole=True)
            return None

    def _format(self, sample: list[str]) -> formats.Format:
        form = self._stated or formats.detect(sample)
        if form.name != "text":
            return form
        return formats.Format("text", self._time or formats.guessed(sample) or form.parse)


class _Tally:
    """What one file's records came to. `seen` is kind of notice -> (count, line of the first)."""

    def __init__(self, previous: datetime | None) -> None:
        self.previous = previous
        self.parsed = self.rejected = 0
        self.why = ""
        self.faults: dict[str, str] = {}
        self.seen: dict[str, tuple[int, int]] = {}

    def fault(self, kind: str, what: str) -> None:
        self.faults.setdefault(kind, what)

    def note(self, kind: str, line: int) -> None:
        count, first = self.seen.get(kind, (0, line))
        self.seen[kind] = (count + 1, min(first, line))

    def at(self, record: Record, clock: Clock) -> datetime | None:
        """The time of a record: its own, else that of the record before; None where it is rejected."""
        if record.dropped:
            self.note("long-record", record.line)
        try:
            if record.when is not None:
                self.previous = clock.at(record.when, record.line)
            elif self.previous is None:
                raise ValueError("the line has no time, and none came before it")
            else:
                self.note("untimed", record.line)
        except ValueError as problem:
            self.rejected += 1
            self.why = self.why or str(problem)[:200]
            self.note("rejected", record.line)
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
                tally.note("invalid-utf8", number)
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
            tally.note("nul-bytes", number)
        if number == 1:
            text = text.removeprefix("\ufeff")
        yield Text(offset, number, text.rstrip("\r"), dropped)
