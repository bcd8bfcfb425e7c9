"""What a reviewer set, held against the window and the other milestones: impossible is an error, unusual a notice."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from pipeline.errors import BefellError
from pipeline.event import Notice
from pipeline.incident import FAR, Window
from pipeline.timeline.model import MILESTONES, Milestone
from pipeline.timeline.overrides import Overrides
from pipeline.times import rfc3339


def check(overrides: Overrides, found: Mapping[str, Milestone | None], window: Window) -> None:
    """BefellError where a milestone that the reviewer set cannot be."""
    for name, at in overrides.milestones.items():
        if at and not window.start - FAR <= at < window.end + FAR:
            what = f"lies more than {FAR.days} days outside the window, {_span(window)}."
            raise _impossible(overrides, name, at, what, "Mend the date.")
    start, end = found["impact_start"], found["recovered"]
    if start and end and end.at < start.at and (start.overridden or end.overridden):
        name, other = ("recovered", start) if end.overridden else ("impact_start", end)
        said = "as you set it" if other.overridden else "as the evidence says"
        what = f"is {'before impact_start' if end.overridden else 'after recovered'}, {rfc3339(other.at)} {said}."
        raise _impossible(overrides, name, (end if end.overridden else start).at, what, "Mend the one that is wrong.")


def notices(overrides: Overrides, found: Mapping[str, Milestone | None], window: Window) -> Iterator[Notice]:
    """One for each milestone that lies before the one it should follow, and each that was set outside the window."""
    known = [(name, one) for name in MILESTONES if (one := found[name])]
    for (earlier, before), (later, after) in pairwise(known):
        if after.at < before.at:
            pair = f"{later}{_by(after)} is earlier than {earlier}{_by(before)}"
            said = "" if before.overridden or after.overridden else " by the evidence"
            yield Notice(kind="order", detail=f"{pair}{said}: check both")
    for name, at in overrides.milestones.items():
        if at and not window.start <= at <= window.end:
            detail = f"{name}, set by the reviewer to {rfc3339(at)}, lies outside the window, {_span(window)}: check it"
            yield Notice(kind="override", detail=detail)


def _by(one: Milestone) -> str:
    return " (set by the reviewer)" if one.overridden else ""


def _span(window: Window) -> str:
    return f"{rfc3339(window.start)} to {rfc3339(window.end)}"


def _impossible(overrides: Overrides, name: str, at: datetime, what: str, fix: str) -> BefellError:
    return BefellError(
        f"overrides.milestones.{name}: {rfc3339(at)} {what}",
        where=overrides.where.get(f"milestones.{name}", ""),
        fix=fix,
    )
