"""Scales for the picture: where a time or a value stands, and the ticks that a reader expects."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_HOUR, _DAY = 3600, 86400
_STEPS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(_HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 30 * _DAY),
)


@dataclass(frozen=True, slots=True)
class TimeScale:
    start: datetime
    end: datetime
    left: float
    right: float
    zone: tzinfo = UTC

    def x(self, at: datetime) -> float:
        """Where a moment stands; one outside stands at the edge."""
        share = (at - self.start) / (self.end - self.start) if self.end > self.start else 0.0
        return round(self.left + min(1.0, max(0.0, share)) * (self.right - self.left), 1)

    def ticks(self, most: int = 11) -> list[tuple[float, str]]:
        """Round times of the zone, at most about `most` of them."""
        length = (self.end - self.start).total_seconds()
        step = next((step for step in _STEPS if length / step <= most), math.ceil(length / most))
        ahead = self.start.astimezone(self.zone).utcoffset() or timedelta()
        first = math.ceil((self.start + ahead).timestamp() / step) * step - ahead.total_seconds()
        within_day = "%H:%M:%S" if step < 60 else "%H:%M"
        pattern = within_day if length <= _DAY else "%m-%d %H:%M" if step < _DAY else "%Y-%m-%d"
        found = []
        for number in range(int((self.end.timestamp() - first) // step) + 1):
            at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=first + number * step)
            found.append((self.x(at), at.astimezone(self.zone).strftime(pattern)))
        return found


@dataclass(frozen=True, slots=True)
class ValueScale:
    low: float
    high: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        share = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def ticks(self, most: int = 5) -> list[float]:
        """Round values from low to high."""
        step = _nice((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        return [round(index * step, 12) for index in range(first, math.floor(self.high / step + 1e-9) + 1)]


def values(found: Sequence[float], top: float, bottom: float) -> ValueScale:
    """A scale that holds all values: from 0 where that does not flatten the line."""
    low, high = min(found), max(found)
    if low >= 0 and low <= high / 2:
        low = 0.0
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return ValueScale(low if low == 0 else low - room, high + room, top, bottom)


def _nice(rough: float) -> float:
    """1, 2 or 5 times a power of ten, at least `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def width(text: str, size: float) -> float:
    """About how wide a text is in a sans-serif face; on the wide side, so that labels do not meet."""
    return sum(size * _share(letter) for letter in text)


def _share(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in "…—mwMW@%":
        return 1.0
    return 0.72 if letter.isupper() else 0.36 if letter in "iljtf.,:;'|! ()" else 0.62


def stairs(spans: Sequence[tuple[float, float]], gap: float = 8.0) -> list[int]:
    """For each span the row below all earlier ones that it meets: what hangs down from one crosses no other."""
    rows: list[int] = []
    for begin, _ in spans:
        met = [row for row, (_, end) in zip(rows, spans, strict=False) if end + gap > begin]
        rows.append(max(met, default=-1) + 1)
    return rows


def stacked(spans: Sequence[tuple[float, float]], gap: float = 18.0) -> list[int]:
    """For each span the first row in which it meets no earlier one."""
    ends: list[float] = []
    rows = []
    for begin, end in spans:
        row = next((row for row, taken in enumerate(ends) if taken + gap <= begin), len(ends))
        ends[row:] = [end, *ends[row + 1 :]]
        rows.append(row)
    return rows
