"""The timeline as a Mermaid gantt, for places that draw Markdown."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.draft.text import Markdown, cut
from pipeline.draft.view import BOUNDS, CHANGES, PHASES, VOICES, View, deed
from pipeline.event import ALERTS
from pipeline.timeline.model import MILESTONES, Row

LANES = {"Alerts": ALERTS, "Changes": CHANGES, "Messages": VOICES, "Signals": ("metric", "log")}
ROWS_A_LANE = 12
LABEL = 48
SECONDS_MATTER = timedelta(minutes=20)
_MARKUP = re.compile(r"[:;#%{}<>\"`\\|\[\]&]+")
# A label that begins with one of Mermaid's own words would be read as a command.
_COMMAND = re.compile(
    r"(?i)^(?:gantt|title|section|dateformat|axisformat|tickinterval|includes|excludes|todaymarker|weekday|weekend|click|"
    r"acctitle|accdescr|inclusiveenddates|topaxis|href|call|\d{4}-\d)"
)


def gantt(view: View) -> Markdown:
    """The picture as Mermaid text; empty where there is no row, milestone or metric to draw."""
    start, end = span(view)
    lines = [
        "gantt",
        f"    title {view.told(f'{label(view.timeline.incident.id)}, times in {label(view.timeline.zone)}')}",
    ]
    lines += [
        "    dateFormat YYYY-MM-DDTHH:mm:ss",
        f"    axisFormat {_axis(view, end - start)}",
        "    todayMarker off",
    ]
    known = [name for name in MILESTONES if view.at(name)]
    if known:
        lines.append(f"    section {view.told('Phases')}")
        bands = phases(view, start, end)
        lines += [
            f"    {view.told(name.capitalize())} :{_time(view, begin)}, {_time(view, till)}"
            for name, begin, till in bands
        ]
        for name in known:
            lines.append(
                f"    {view.told(name.replace('_', ' ').capitalize())} :milestone, {_time(view, view.at(name))}, 0s"
            )
    for lane, rows in lanes(view):
        lines.append(f"    section {view.told(lane)}")
        lines += [_task(view, row, end) for row in rows[:ROWS_A_LANE]]
    if len(lines) == 5:
        if view.main_series is None:
            return Markdown("")
        lines += [
            f"    section {view.told('Window')}",
            f"    {view.told('Examined')} :{_time(view, start)}, {_time(view, end)}",
        ]
    return Markdown("\n".join(lines))


def _axis(view: View, length: timedelta) -> str:
    if view.dated:
        return "%m-%d %H:%M"
    return "%H:%M:%S" if length < SECONDS_MATTER else "%H:%M"


def lanes(view: View) -> Iterator[tuple[str, list[Row]]]:
    """The rows of the short timeline by lane; a lane without rows is left out."""
    for lane, kinds in LANES.items():
        rows = [row for row in view.rows if row.key and row.kind in kinds]
        if rows:
            yield lane, rows


def span(view: View) -> tuple[datetime, datetime]:
    """What a picture shows: from the first to the last thing that matters, with a margin, within the window."""
    window = view.timeline.window
    moments = [row.at for row in view.rows if row.key] + [row.end for row in view.rows if row.key and row.end]
    moments += [one.at for one in view.timeline.milestones.values() if one]
    moments += [at for one in view.timeline.signals for at in (one.onset, one.recovered) if at]
    moments = [at for at in moments if window.start <= at <= window.end]
    if not moments:
        return window.start, window.end
    length = max(moments) - min(moments)
    margin = max(length * 0.06, timedelta(minutes=1))
    return max(window.start, min(moments) - margin), min(window.end, max(moments) + margin)


def phases(view: View, start: datetime, end: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """The phases whose two bounds are known, in order; those of no length are left out."""
    bounds = [start, *(view.at(name) for name in BOUNDS), end]
    for name, begin, till in zip(PHASES, bounds, bounds[1:], strict=False):
        if begin and till and begin < till:
            yield name, begin, till


def label(text: str) -> str:
    """Text that Mermaid reads as a task's name and nothing else."""
    found = cut(_MARKUP.sub(" ", text), LABEL) or "untitled"
    return f"– {found}" if _COMMAND.match(found) else found


def _task(view: View, row: Row, end: datetime) -> str:
    till = min(row.end, end) if row.end else None
    tag = "crit, " if row.kind in ALERTS else ""
    if till is None or till <= row.at:
        return f"    {label(deed(row, view.told))} :{tag}milestone, {_time(view, row.at)}, 0s"
    return f"    {label(deed(row, view.told))} :{tag}{_time(view, row.at)}, {_time(view, till)}"


def _time(view: View, at: datetime | None) -> str:
    return f"{at.astimezone(view.zone):%Y-%m-%dT%H:%M:%S}" if at else ""
