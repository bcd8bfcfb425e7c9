"""The configured metrics over the window, by range queries in pieces that the server accepts."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connectors.prometheus.api import Api, Result, quoted
from connectors.prometheus.pieces import NO_ENTRY, Refused, in_pieces
from connectors.prometheus.settings import Metric, PrometheusSettings
from pipeline import times
from pipeline.event import Notice, Series
from pipeline.http import HttpError
from pipeline.incident import Window

MAX_POINTS = 11_000  # a series and query; more is refused with 400 (prometheus web/api/v1)
SMALLEST_PIECE = 60  # points
MAX_SERIES = 20  # a metric
DEFAULT_STEP = 15
Key = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Course:
    """One result series as it grows piece by piece: ascending Unix times, and their values."""

    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, values: list[tuple[float, str]]) -> None:
        last = self.times[-1] if self.times else -math.inf
        for at, text in values:
            value = float(text)
            if at > last and math.isfinite(value):  # a server that aligns to the step repeats the piece's edge
                self.times.append(at)
                self.values.append(value)


def metric_series(api: Api, settings: PrometheusSettings, metric: Metric, window: Window) -> Iterator[Series | Notice]:
    """The series of one metric; what could not be had of it is a notice, so that the other metrics still come."""
    step, courses, refused = step_of(metric, window), dict[Key, _Course](), False
    for notice in _read(api, metric, window, step, courses):
        refused = True
        yield notice
    yield from api.warnings()
    filled = {key: course for key, course in courses.items() if course.times}
    if not filled and not refused:
        yield Notice(kind="empty-metric", detail=f"{metric.name}: no value in the window for {metric.query}")
    worst = max if metric.bad == "up" else min
    ranked = sorted(filled, key=lambda key: worst(filled[key].values), reverse=metric.bad == "up")
    if len(ranked) > MAX_SERIES:
        yield Notice(
            kind="many-series",
            detail=f"{metric.name}: {len(ranked)} series; the {MAX_SERIES} with the worst values are kept. "
            "Aggregate the query, for example with sum by (service).",
            gap=True,
        )
    names = _names(metric.name, ranked)
    for key in sorted(ranked[:MAX_SERIES]):
        yield Series(
            name=names[key],
            query=metric.query,
            unit=metric.unit,
            service=metric.service or dict(key).get(settings.service_label, ""),
            bad=metric.bad,
            objective=metric.objective,
            step_s=float(step),
            points=tuple(zip(map(times.from_epoch, filled[key].times), filled[key].values, strict=True)),
            url=settings.linked(metric.query, window.start, window.end),
        )


def step_of(metric: Metric, window: Window) -> int:
    """Whole seconds from point to point: as stated, else a thousandth of the window, at least 15."""
    return metric.step or max(DEFAULT_STEP, math.ceil((window.end - window.start).total_seconds() / 1000))


def _read(api: Api, metric: Metric, window: Window, step: int, into: dict[Key, _Course]) -> Iterator[Notice]:
    """Gather the points of the window, on one grid of whole seconds: no point is asked for twice."""
    start = math.ceil(window.start.timestamp())
    points = max(0, math.ceil((window.end.timestamp() - start) / step))  # start + k * step < end

    def ask(low: int, high: int) -> Result:
        return api.query_range(metric.query, start + low * step, start + (high - 1) * step, step)

    def refused(span: str, problem: HttpError) -> Notice:
        detail = f"{metric.name}{span} was refused: {problem} Query: {metric.query}"
        return Notice(kind="refused", detail=detail, gap=True)

    try:
        for piece in in_pieces(ask, 0, points, MAX_POINTS, SMALLEST_PIECE):
            if isinstance(piece, Refused):
                first, last = (times.from_epoch(start + point * step) for point in (piece.low, piece.high))
                yield refused(f" from {times.rfc3339(first)} to {times.rfc3339(last)}", piece.problem)
                continue
            for series in piece:
                course = into.setdefault(tuple(sorted(series["metric"].items())), _Course())
                course.add(series.get("values", []))
    except HttpError as problem:
        if problem.status in NO_ENTRY:
            raise
        yield refused("", problem)


def _names(name: str, keys: list[Key]) -> Mapping[Key, str]:
    """`name`, with the labels that tell the series apart where there is more than one."""
    if len(keys) == 1:
        return {keys[0]: name}
    common = set.intersection(*(set(key) for key in keys)) if keys else set()
    told = {key: ", ".join(f"{k}={quoted(v)}" for k, v in key if (k, v) not in common) for key in keys}
    return {key: f"{name} {{{labels}}}" for key, labels in told.items()}
