"""Counting: what is kept of a template's records, and how two summaries of it become one."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from pipeline.event import Exemplar, LogSummary
from pipeline.lines import levels
from pipeline.lines.templates import cut

MINUTE = 60_000_000  # µs
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPREAD, _BITS = 0x9E3779B97F4A7C15, (1 << 64) - 1  # Knuth, TAOCP 6.4: multiplicative hashing


def minute_of(at: datetime) -> int:
    """The Unix minute of a time."""
    since = at - _EPOCH
    return since.days * 1440 + since.seconds // 60


def micros_of(at: datetime) -> int:
    """The µs since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@cache
def seed_of(path: str) -> int:
    """By the file's own name: the folder that the sources lie in does not show."""
    return zlib.crc32(PurePath(path).name.encode(errors="surrogateescape"))


def lot(seed: int, minute: int) -> int:
    """A fixed drawing lot for a minute: the lowest one of a template is a fair pick among those that it came in."""
    mixed = ((minute ^ (seed << 20)) * _SPREAD) & _BITS
    return ((mixed ^ (mixed >> 29)) * _SPREAD) & _BITS


class Mark(NamedTuple):
    """Where a record stands, in the order of time (µs since 1970); its text, or its one line as it lies in the file."""

    at: int
    path: str
    offset: int
    line: int
    text: str | bytes
    dropped: int = 0

    def exemplar(self) -> Exemplar:
        text = self.text if isinstance(self.text, str) else self.text.decode().rstrip("\r")
        at = _EPOCH + timedelta(microseconds=self.at)
        return Exemplar(at=at, text=cut(text, self.dropped), path=self.path, offset=self.offset, line=self.line)


class Slot:
    """The running count of one template of one service, as its records come by.

    `low` is the first record of the minute that has the lowest lot, `drawn`.
    """

    __slots__ = ("drawn", "first", "last", "level", "low", "minutes", "source")

    def __init__(self, source: str, level: str, mark: Mark, drawn: int) -> None:
        self.source, self.level = source, level
        self.first = self.last = self.low = mark
        self.drawn = drawn
        self.minutes: dict[int, int] = {}

    def keep(self, mark: Mark, drawn: int) -> None:
        """A record as first, last or drawn exemplar, where it is one; ties go by place, as in `combine`."""
        where = mark[:3]
        if where < self.first[:3]:
            self.first = mark
        if where > self.last[:3]:
            self.last = mark
        if drawn < self.drawn or (drawn == self.drawn and where < self.low[:3]):
            self.low, self.drawn = mark, drawn

    def add(self, minutes: Mapping[int, int]) -> None:
        """So many more records of each minute."""
        for minute, count in minutes.items():
            self.minutes[minute] = self.minutes.get(minute, 0) + count

    def shift(self, lines: int) -> None:
        """There are so many more lines before those of this slot, where their numbers are known."""
        self.first, self.last, self.low = (
            mark._replace(line=mark.line + lines) if mark.line else mark for mark in (self.first, self.last, self.low)
        )

    def join(self, other: "Slot") -> None:
        """The records of another slot too."""
        for mark in (other.first, other.last):
            self.keep(mark, lot(seed_of(mark.path), mark.at // MINUTE))
        self.keep(other.low, other.drawn)
        self.add(other.minutes)
        self.level = levels.worst(self.level, other.level)
        self.source = union(self.source, other.source)

    def copy(self) -> "Slot":
        """One that may be joined with others."""
        other = Slot(self.source, self.level, self.low, self.drawn)
        other.first, other.last, other.minutes = self.first, self.last, dict(self.minutes)
        return other

    def summary(self, service: str, template: str) -> LogSummary:
        found = {mark[:3]: mark for mark in (self.first, self.low, self.last)}
        exemplars = tuple(mark.exemplar() for _, mark in sorted(found.items()))
        return LogSummary(
            service=service,
            template=template,
            level=self.level,
            count=sum(self.minutes.values()),
            first=exemplars[0].at,
            last=exemplars[-1].at,
            histogram=dict(sorted(self.minutes.items())),
            exemplars=exemplars,
            source=self.source,
        )


def combine(a: LogSummary, b: LogSummary) -> LogSummary:
    """One summary of both parts' records; any order and any split gives the same.

    ValueError where they are not of the same service and template. Exemplars: first, last, and the first of the
    minute that has the lowest lot; `reason` and `id` stay where both agree.
    """
    if (a.service, a.template) != (b.service, b.template):
        raise ValueError(f"{a.template!r} of {a.service!r} and {b.template!r} of {b.service!r} do not combine")
    histogram = dict(a.histogram)
    for minute, count in b.histogram.items():
        histogram[minute] = histogram.get(minute, 0) + count
    return LogSummary(
        service=a.service,
        template=a.template,
        level=levels.worst(a.level, b.level),
        count=a.count + b.count,
        first=min(a.first, b.first),
        last=max(a.last, b.last),
        histogram=dict(sorted(histogram.items())),
        exemplars=_chosen((*a.exemplars, *b.exemplars)),
        reason=a.reason if a.reason == b.reason else "",
        source=union(a.source, b.source),
        connector=union(a.connector, b.connector),
        id=a.id if a.id == b.id else "",
    )


def union(one: str, other: str) -> str:
    """Names joined by commas, each once, in order."""
    if one == other:
        return one
    return ", ".join(sorted({*one.split(", "), *other.split(", ")} - {""}))


def _chosen(exemplars: Iterable[Exemplar]) -> tuple[Exemplar, ...]:
    found = sorted(set(exemplars), key=order)
    if not found:
        return ()
    low = min(found, key=lambda one: (lot(seed_of(one.path), minute_of(one.at)), *order(one)))
    return tuple(sorted({found[0], low, found[-1]}, key=order))


def order(one: Exemplar) -> tuple[datetime, str, int, int, str]:
    return one.at, one.path, one.offset, one.line, one.text
