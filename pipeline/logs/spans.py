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
        self._into, self._disorder = into, into.plan.disorder
        self._records = Records(into.plan.form)
        self._latest = self._floor = self._waiting = times.EARLIEST
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
                else:
                    self.lines += 1
                    bulk.interrupt()
                    self.feed((piece,))
            bulk.finish()
        else:
            self.feed(lines(span, into.tally.fault))
        self.flush()

    def feed(self, found: Iterable[Line]) -> None:
        feed, tally = self._records.feed, self._into.tally
        for line in found:
            if record := feed(_decoded(line, tally)):
                self._place(record)

    def flush(self) -> None:
        for record in self._records.flush():
            self._place(record)

    def spread(self, at: Ints) -> None:
        if not len(at):
            return
        self._rise(self._waiting)  # the lines of the block before; of this block, others may yet come one by one
        lowest, highest = (_EPOCH + timedelta(microseconds=int(found)) for found in (at.min(), at.max()))
        self._into.tally.parsed += len(at)
        self._cover(lowest)
        self._cover(highest)
        so_far = np.maximum.accumulate(np.maximum(at, micros_of(self._latest)))
        if (at < so_far - self._disorder // timedelta(microseconds=1)).any():
            self.ordered = False
        self._waiting = highest

    def _place(self, record: Record) -> None:
        into = self._into
        at = into.tally.at(record, into.clock)
        if at is None:
            return
        if at < self._floor:
            self.ordered = False
        self._rise(at)
        self._cover(at)
        if at in into.counts.window:
            into.counts.account.summarised += 1
            into.counts.add(into.source, into.plan.path, at, record, into.notes)
        else:
            into.counts.account.outside_window += 1

    def _rise(self, at: datetime) -> None:
        if at > self._latest:
            self._latest, self._floor = at, at - self._disorder

    def _cover(self, at: datetime) -> None:
        if self.first is None or at < self.first:
            self.first = at
        if self.last is None or at > self.last:
            self.last = at


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
