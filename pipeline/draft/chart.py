"""The timeline picture: where everything stands; templates/timeline.svg.j2 draws it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pipeline.draft import gantt, words
from pipeline.draft.facts import named
from pipeline.draft.scale import TimeScale, ValueScale, stacked, stairs, values, width
from pipeline.draft.text import cut
from pipeline.draft.view import View, deed
from pipeline.event import ALERTS, Series
from pipeline.timeline.model import MILESTONES, Row

WIDTH, LEFT, RIGHT, LIMIT = 1100.0, 96.0, 950.0, 1096.0  # labels may run from RIGHT on to LIMIT
PLOT, LINE, MARK_LINE, SIZE = 210.0, 24.0, 20.0, 12.5
POINTS = 600  # a line needs no more than about one point a pixel
ROWS_A_LANE = 14
LABEL = 56
BOLD = 1.12  # how much wider bold text is
TICK = 10  # characters that fit beside the axis


def chart(view: View) -> dict[str, Any]:
    """Everything that the SVG template needs, in its own coordinates."""
    start, end = gantt.span(view)
    scale = TimeScale(start, end, LEFT, RIGHT, view.zone)
    marks, marks_height = _marks(view, scale)
    top = 44.0 + marks_height
    plot = _plot(view, scale, top)
    bottom = top + (PLOT if plot else 0.0)
    axis = bottom + 20 if plot else bottom
    lanes, height = _lanes(view, scale, axis + 14)
    return {
        "width": WIDTH,
        "height": round(height + 30),
        "left": LEFT,
        "right": RIGHT,
        "limit": LIMIT,
        "top": top,
        "bottom": bottom,
        "end": height,
        "title": view.told(f"{view.timeline.incident.id}: timeline in {view.timeline.zone}"),
        "description": _description(view),
        "bands": _bands(view, scale, start, end),
        "marks": marks,
        "plot": plot,
        "lanes": lanes,
        "ticks": [{"x": x, "text": text} for x, text in scale.ticks()],
        "zone": view.timeline.zone,
        "day": view.told(" to ").join(dict.fromkeys(f"{at.astimezone(view.zone):%Y-%m-%d}" for at in (start, end))),
    }


def _description(view: View) -> str:
    known = [
        f"{view.told(name.replace('_', ' '))} {view.when(one.at)}"
        for name in MILESTONES
        if (one := view.milestone(name))
    ]
    return f"{view.told('Milestones')}: {', '.join(known) or view.told('none found in the evidence')}."


def _bands(view: View, scale: TimeScale, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """One band a phase, with its length in the legend where both of its bounds are milestones."""
    found = []
    left = LEFT
    for name, begin, till in gantt.phases(view, start, end):
        inner = name not in ("before", "after")
        text = view.told(name)
        text = f"{text} {words.span((till - begin).total_seconds())}" if inner else text
        x, x2 = scale.x(begin), scale.x(till)
        found.append({"name": name, "x": x, "width": round(x2 - x, 1), "text": text, "legend": round(left, 1)})
        left += width(text, SIZE) + 40
    return found


def _marks(view: View, scale: TimeScale) -> tuple[list[dict[str, Any]], float]:
    """Milestone labels, stacked so that none meets another; a label near the right edge stands left of its line."""
    known = [(one.at, name) for name in MILESTONES if (one := view.milestone(name))]
    pattern = "%m-%d %H:%M" if view.dated else "%H:%M:%S"
    found, spans = [], []
    for at, name in sorted(known, key=lambda one: one[0]):
        if not scale.start <= at <= scale.end:
            continue
        text = f"{view.told(name.replace('_', ' ').capitalize())} {at.astimezone(view.zone):{pattern}}"
        x, wide = scale.x(at), width(text, SIZE) * BOLD + 6
        flipped = x + wide > LIMIT
        spans.append((x - wide, x) if flipped else (x, x + wide))
        found.append(
            {"x": x, "text": text, "anchor": "end" if flipped else "start", "shift": -5 if flipped else 5, "name": name}
        )
    rows = stairs(spans)
    height = (max(rows) + 1) * MARK_LINE if rows else 0.0
    for mark, row in zip(found, rows, strict=True):
        mark["y"] = 44.0 + row * MARK_LINE + 12
    return found, height + 6


def _plot(view: View, scale: TimeScale, top: float) -> dict[str, Any]:
    """The main metric as one path; {} where there is no series to draw."""
    series = view.main_series
    points = [(at, value) for at, value in series.points if scale.start <= at <= scale.end] if series else []
    if series is None or not points:
        return {}
    objective = [series.objective] if series.objective is not None else []
    axis = values([value for _, value in points] + objective, top + 8, top + PLOT)
    line = [f"{scale.x(at)},{axis.y(value)}" for at, value in _thinned(points)]
    name = cut(named(series.name, series.service), 80)
    ticks = [
        (axis.y(value), view.measured(value, series.unit), view.language.digits(words.number(value)))
        for value in axis.ticks()
    ]
    if any(len(text) > TICK for _, text, _ in ticks):  # a long unit stands with the name instead
        name = f"{name}, {cut(series.unit, 40)}"
        ticks = [(y, plain, plain) for y, _, plain in ticks]
    return {
        "name": name,
        "path": "M" + " L".join(line),
        "ticks": [{"y": y, "text": text} for y, text, _ in ticks],
        "objective": _objective(view, series, axis),
        "peak": _peak(view, series, scale, axis),
    }


def _objective(view: View, series: Series, axis: ValueScale) -> dict[str, Any]:
    if series.objective is None:
        return {}
    return {
        "y": axis.y(series.objective),
        "text": cut(view.told(f"objective {words.measured(series.objective, series.unit)}"), 22),
    }


def _peak(view: View, series: Series, scale: TimeScale, axis: ValueScale) -> dict[str, Any]:
    signal = view.main_signal
    if signal is None or not scale.start <= signal.peak_at <= scale.end:
        return {}
    x = scale.x(signal.peak_at)
    text = view.told(f"peak {words.measured(signal.peak, series.unit)}")
    flipped = x + width(text, SIZE) + 12 > LIMIT
    return {
        "x": x,
        "y": axis.y(signal.peak),
        "text": text,
        "anchor": "end" if flipped else "start",
        "shift": -8 if flipped else 8,
    }


def _thinned(points: Sequence[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    """At most POINTS points that keep each stretch's lowest and highest, so that no spike is lost."""
    if len(points) <= POINTS:
        return list(points)
    size = -(-len(points) * 2 // POINTS)
    kept: list[tuple[datetime, float]] = []
    for first in range(0, len(points), size):
        part = points[first : first + size]
        ends = {min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}
        kept += sorted(ends)
    return kept


def _lanes(view: View, scale: TimeScale, top: float) -> tuple[list[dict[str, Any]], float]:
    """Event lanes from `top` on, and where they end."""
    found = []
    for name, rows in gantt.lanes(view):
        shown = [row for row in rows if scale.start <= row.at <= scale.end][:ROWS_A_LANE]
        if not shown:
            continue
        placed = [_placed(view, row, scale) for row in shown]
        lines = stacked([(one["begin"], one["finish"]) for one in placed])
        for one, line in zip(placed, lines, strict=True):
            one["y"] = top + 6 + line * LINE
        left = len(rows) - len(shown)
        height = (max(lines) + 1) * LINE + 10
        found.append(
            {
                "name": view.told(name),
                "y": top,
                "height": height,
                "events": placed,
                "left": view.told(f"+{left} more") if left else "",
            }
        )
        top += height
    return found, top


def _placed(view: View, row: Row, scale: TimeScale) -> dict[str, Any]:
    """An event's mark, its bar where it lasted, and its label: right of the mark, or left where there is no room."""
    x = scale.x(row.at)
    x2 = scale.x(row.end) if row.end and row.end > row.at else x
    text = cut(deed(row, view.told), LABEL)
    wide = width(text, SIZE) + 11
    flipped = x + wide + 6 > LIMIT and x - wide > LEFT
    begin = x - wide if flipped else x - 5
    anchor, shift = ("end", -9) if flipped else ("start", 9)
    tone = "bad" if row.kind in ALERTS and row.moment == "fired" else "plain"
    finish = max(x2, x + 5 if flipped else x + wide)
    return {
        "x": x,
        "bar": round(x2 - x, 1),
        "text": text,
        "begin": begin,
        "finish": finish,
        "anchor": anchor,
        "shift": shift,
        "tone": tone,
        "full": f"{view.when(row.at, row.precision_s)} {cut(row.title)}",
        "evidence": row.id,
    }
