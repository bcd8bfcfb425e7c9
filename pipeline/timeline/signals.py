"""Onset and recovery of a metric, by a robust two-sided use of CUSUM.

Page, "Continuous inspection schemes", Biometrika 41 (1954): the cumulative sum of deviations beyond an allowance `k`
alarms past `h`; the last time it stood at zero before the alarm is the change. Run backwards, it finds the return.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.event import Series, evidence_id
from pipeline.timeline.model import Evidence, Signal

Floats = npt.NDArray[np.float64]
ALLOWANCE = 0.5  # k, in robust standard deviations
ALARM = 5.0  # h, likewise
FLOOR = 0.05  # a still baseline's deviation: this share of the excursion
CALM = 3  # points in a row that make an excursion pause
NOISE = 8.0  # an excursion below so many deviations is noise


def signal(series: Series, before: datetime) -> tuple[Signal, tuple[Evidence, ...]] | None:
    """What one series did, with one Evidence for each measured point that it cites; None for an empty series.

    Points before `before` (or the calmer half, where there are fewer than five) are the baseline.
    """
    if not series.points:
        return None
    at = np.array([time.timestamp() for time, _ in series.points])
    values = np.array([value for _, value in series.points])
    turned = values if series.bad == "up" else -values
    calm = turned[at < before.timestamp()]
    if len(calm) < 5:
        calm = np.sort(turned)[: max(1, len(turned) // 2)]
    middle = float(np.median(calm))
    worst = int(np.argmax(turned))
    excursion = float(turned[worst]) - middle
    deviation = 1.4826 * float(np.median(np.abs(calm - middle)))
    spread = max(deviation, FLOOR * excursion)
    moved = excursion > NOISE * deviation
    if series.objective is not None:
        moved = moved and turned[worst] > (series.objective if series.bad == "up" else -series.objective)
    z = _scaled(turned - middle, spread) if moved else np.zeros(0)
    onset, back = _changes(z)
    cite = _Points(series, values)
    found = Signal(
        name=series.name, unit=series.unit, service=series.service, bad=series.bad, objective=series.objective,
        baseline=abs(middle) if middle == 0 else middle * (1 if series.bad == "up" else -1),
        baseline_evidence=cite.point("baseline", int(np.argmin(np.abs(turned - middle)))),
        peak=float(values[worst]), peak_at=_time(at[worst]), peak_evidence=cite.point("peak", worst),
        evidence=(series.id,),
    )  # fmt: skip
    told = {"onset": onset, "recovered": back, "missed": _missed(series, turned, onset)}
    told["eased"], told["relapsed"] = _relapse(z, onset, back)
    for name, index in told.items():
        if index is not None:
            part: dict[str, Any] = {name: _time(at[index]), f"{name}_evidence": cite.point(name, index)}
            found = replace(found, **part)
    return found, tuple(cite.made)


def _scaled(excess: Floats, spread: float) -> Floats:
    """In robust standard deviations; bounded, since one huge value says no more than a very large one."""
    with np.errstate(over="ignore"):
        return np.clip(excess / spread, -1e6, 1e6)


def _changes(z: Floats) -> tuple[int | None, int | None]:
    """The index of the first point that is out, and of the first point that is in again for good."""
    first = _onset(z)
    if first is None:
        return None, None
    last = _onset(z[::-1])
    back = None if last is None or last == 0 else len(z) - last
    return first, back


def _missed(series: Series, turned: Floats, onset: int | None) -> int | None:
    """The first point beyond the objective, where the metric took more than a few points to get there."""
    if onset is None or series.objective is None:
        return None
    beyond = np.flatnonzero(turned > (series.objective if series.bad == "up" else -series.objective))
    after = beyond[beyond >= onset]
    return int(after[0]) if len(after) and after[0] > onset + CALM else None


def _relapse(z: Floats, onset: int | None, back: int | None) -> tuple[int | None, int | None]:
    """The last stretch of calm points between onset and recovery: its first point, and the first that is out again."""
    if onset is None:
        return None, None
    calm = np.flatnonzero(z[onset : back if back is not None else len(z)] < ALLOWANCE) + onset
    runs = np.split(calm, np.flatnonzero(np.diff(calm) > 1) + 1)
    end = back if back is not None else len(z)
    long = [run for run in runs if len(run) >= CALM and run[-1] + 1 < end]
    return (int(long[-1][0]), int(long[-1][-1]) + 1) if long else (None, None)


def _onset(z: Floats) -> int | None:
    """The first point of the excursion that first raises the alarm; None where nothing does."""
    drift = np.cumsum(np.minimum(z, ALARM * 4) - ALLOWANCE)
    lowest = np.minimum.accumulate(np.minimum(drift, 0.0))
    alarms = np.flatnonzero(drift - lowest > ALARM)
    if not len(alarms):
        return None
    resting = np.flatnonzero(drift[: alarms[0] + 1] <= lowest[: alarms[0] + 1])
    return int(resting[-1]) + 1 if len(resting) else 0


class _Points:
    """Makes one Evidence for each point cited."""

    def __init__(self, series: Series, values: Floats) -> None:
        self.series, self.values = series, values
        self.made: list[Evidence] = []

    def point(self, what: str, index: int) -> str:
        name = evidence_id(self.series.id, what, "", "")
        self.made.append(
            Evidence(
                id=name, at=self.series.points[index][0], source=self.series.connector, kind="metric",
                title=f"{self.series.name}: {what}", native_id=what, url=self.series.url, service=self.series.service,
                value=float(self.values[index]), unit=self.series.unit, query=self.series.query,
            )
        )  # fmt: skip
        return name


def _time(epoch: float) -> datetime:
    return datetime.fromtimestamp(float(epoch), UTC)
