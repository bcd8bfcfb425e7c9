"""The records of one span of a file: in blocks where that can be, else line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from pipeline import times
from pipeline.event import LogSource
from pipeline.logs.bulk import FORMATS, Bulk
from pipeline.logs.count import Counts
from pipeline.logs.lines import Block, Line, Span, cut, lines
from pipeline.logs.notes import Notes
from pipeline.logs.records import Record, Records, Text
from pipeline.logs.stamped import Ints
from pipeline.logs.stamps import Clock
from pipeline.logs.summary import micros_of
from pipeline.logs.tally import Tally
from pipeline.logs.window import Plan

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MANY = 1 << 16  # times that are looked at together, more than a block can hold


@dataclass(slots=True)
class Into:
    """Where the records of a file go."""

    source: LogSource
    plan: Plan
    counts: Counts
    notes: Notes
    tally: Tally
    clock: Clock


class SpanReader:
    """`ordered`: whether times rise, but for the disorder that is allowed. `first`, `last`: times of records.

    `lines` were read in blocks.
    """

    def __init__(self, into: Into) -> None:
        self._into, self._disorder = into, into.plan.disorder // timedelta(microseconds=1)
        self._records = Records(into.plan.form, self._opened)
        self._latest, self._position = micros_of(times.EARLIEST), 0
        self._began: list[tuple[int, int]] = []  # where a record begins, and its time (µs since 1970)
        self._spread: list[tuple[Ints, Ints]] = []  # the same of records counted in bulk
        self.ordered, self.lines = True, 0
        self.first: datetime | None = None
        self.last: datetime | None = None

    def read(self, span: Span, in_blocks: bool, numbered: bool = False) -> None:
        into = self._into
        if in_blocks and into.plan.form.name in FORMATS:
            bulk = Bulk(into.source, into.plan.path, into.plan.form, into.counts, into.notes)
            for piece in cut(span, into.tally.fault, numbered):
                if isinstance(piece, Block):
                    self.lines += piece.data.count(b"\n")
                    bulk.read(piece, into.clock, self)
                    self._settle()
                else:
                    self.lines += 1
                    bulk.interrupt()
                    self.feed((piece,))
            bulk.finish()
        else:
            self.feed(lines(span, into.tally.fault))
        for record in self._records.flush():
            self._count(record)
        self._settle()

    def feed(self, found: Iterable[Line]) -> None:
        feed, tally = self._records.feed, self._into.tally
        for line in found:
            self._position = line.offset
            if record := feed(_decoded(line, tally)):
                self._count(record)

    def counted(self, streams: Iterable[str], at: int) -> None:
        for stream in streams:
            if record := self._records.end(stream):
                self._count(record)
        self._into.tally.previous = _EPOCH + timedelta(microseconds=at)

    def spread(self, places: Ints, at: Ints) -> None:
        self._into.tally.parsed += len(at)
        self._spread.append((places, at))

    def _opened(self, record: Record) -> None:
        record.at = self._into.tally.at(record, self._into.clock)
        if record.at is not None:
            self._began.append((self._position, micros_of(record.at)))
            if len(self._began) > MANY:
                self._settle()

    def _count(self, record: Record) -> None:
        into = self._into
        if record.dropped:
            into.tally.note("long-record", (record.line, record.offset))
        if record.at is None:
            return
        if record.at in into.counts.window:
            into.counts.account.summarised += 1
            into.counts.add(into.source, into.plan.path, record.at, record, into.notes)
        else:
            into.counts.account.outside_window += 1

    def _settle(self) -> None:
        """Look at the times of the records that began since the last look, in the order of the file."""
        began = np.array(self._began, np.int64).reshape(-1, 2)
        places = np.concatenate([began[:, 0], *(places for places, _ in self._spread)])
        at = np.concatenate([began[:, 1], *(at for _, at in self._spread)])
        self._began.clear()
        self._spread.clear()
        if not len(at):
            return
        at = at[np.argsort(places, kind="stable")]
        so_far = np.maximum.accumulate(np.maximum(at, self._latest))
        if (at < so_far - self._disorder).any():
            self.ordered = False
        self._latest = int(so_far[-1])
        lowest, highest = (_EPOCH + timedelta(microseconds=int(found)) for found in (at.min(), at.max()))
        self.first = min(self.first or lowest, lowest)
        self.last = max(self.last or highest, highest)


def _decoded(line: Line, tally: Tally) -> Text:
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
