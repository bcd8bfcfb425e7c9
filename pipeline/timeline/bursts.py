"""When the errors of a log template came and went, from its minute histogram and its first and last record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from pipeline.event import LogSummary
from pipeline.incident import Window

FEWEST = 3  # records that make a burst
JOIN = 3  # calm minutes inside one burst at most
SHARE = 0.1  # a later burst counts from this share of the biggest on


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """The span of one template's errors. `exact` ends are records; the others are whole minutes."""

    log: LogSummary
    start: datetime
    end: datetime
    start_exact: bool
    end_exact: bool
    count: int


def burst(log: LogSummary, window: Window) -> Burst | None:
    """The burst of one summary, or None where its records come at an even pace or are too few."""
    counts = _per_minute(log.histogram, window)
    usual = float(np.quantile(counts, 0.25))  # an incident may fill more than half of the window
    hot = np.flatnonzero(counts > max(3 * usual, usual + 3 if usual else 0))
    if not len(hot):
        return None
    runs = np.split(hot, np.flatnonzero(np.diff(hot) > JOIN) + 1)
    sizes = np.array([counts[run].sum() for run in runs])
    telling = np.flatnonzero(sizes >= max(FEWEST, SHARE * sizes.max()))
    if not len(telling):
        return None
    origin = int(window.start.timestamp() // 60)
    from_minute, to_minute = origin + int(runs[telling[0]][0]), origin + int(runs[telling[-1]][-1])
    first_minute, last_minute = int(log.first.timestamp() // 60), int(log.last.timestamp() // 60)
    start_exact, end_exact = first_minute == from_minute, last_minute == to_minute
    return Burst(
        log=log, count=int(sizes[telling].sum()), start_exact=start_exact, end_exact=end_exact,
        start=log.first if start_exact else _minute(from_minute), end=log.last if end_exact else _minute(to_minute + 1),
    )  # fmt: skip


def _per_minute(histogram: Mapping[int, int], window: Window) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    origin = int(window.start.timestamp() // 60)
    counts = np.zeros(int((window.end - window.start) / timedelta(minutes=1)) + 2, dtype=np.int64)
    minutes = np.array(sorted(histogram), dtype=np.int64) - origin
    inside = (minutes >= 0) & (minutes < len(counts))
    values = np.array([histogram[minute] for minute in sorted(histogram)], dtype=np.int64)
    counts[minutes[inside]] = values[inside]
    return counts


def _minute(number: int) -> datetime:
    return datetime.fromtimestamp(number * 60, UTC)
