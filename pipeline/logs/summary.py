"""Counting: what is kept of a template's records, and how two summaries of it become one."""

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import PurePath

from pipeline.event import Exemplar, LogSummary
from pipeline.lines import levels

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SPREAD, _BITS = 0x9E3779B97F4A7C15, (1 << 64) - 1  # Knuth, TAOCP 6.4: multiplicative hashing


def minute_of(at: datetime) -> int:
    """The Unix minute of a time."""
    since = at - _EPOCH
    return since.days * 1440 + since.seconds // 60


@cache
def seed_of(path: str) -> int:
    """By the file's own name: the folder that the sources lie in does not show."""
    return zlib.crc32(PurePath(path).name.encode(errors="surrogateescape"))


def lot(seed: int, offset: int) -> int:
    """A fixed drawing lot for a record: the lowest one of a template is a fair pick among all its records."""
    mixed = ((offset ^ (seed << 20)) * _SPREAD) & _BITS
    return ((mixed ^ (mixed >> 29)) * _SPREAD) & _BITS


class Slot:
    """The running count of one template of one service, as its records come by."""

    __slots__ = ("count", "drawn", "first", "last", "level", "low", "minutes", "source")

    def __init__(self, source: str, level: str, exemplar: Exemplar, drawn: int) -> None:
        self.source, self.level, self.count = source, level, 0
        self.first = self.last = self.low = exemplar
        self.drawn = drawn
        self.minutes: dict[int, int] = {}

    def summary(self, service: str, template: str) -> LogSummary:
        return LogSummary(
            service=service,
            template=template,
            level=self.level,
            count=self.count,
            first=self.first.at,
            last=self.last.at,
            histogram=dict(sorted(self.minutes.items())),
            exemplars=_chosen((self.first, self.low, self.last)),
            source=self.source,
        )


def combine(a: LogSummary, b: LogSummary) -> LogSummary:
    """One summary of both parts' records; any order and any split gives the same.

    ValueError where they are not of the same service and template. Exemplars: first, last, and the one of the
    lowest lot; `reason` and `id` stay where both agree.
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
    low = min(found, key=lambda one: (lot(seed_of(one.path), one.offset), *order(one)))
    return tuple(sorted({found[0], low, found[-1]}, key=order))


def order(one: Exemplar) -> tuple[datetime, str, int, int, str]:
    return one.at, one.path, one.offset, one.line, one.text
