"""Which rows a reader sees first, and which are set aside with a reason: a score of what each row is evidence of."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from pipeline.event import ALERTS
from pipeline.incident import Incident
from pipeline.timeline.model import Row
from pipeline.timeline.rows import LOG_RULE
from pipeline.timeline.scope import in_scope
from pipeline.timeline.words import VOCABULARY, Vocabulary, add_cues

MOST = 25
ENOUGH = 1.8
LONG_BEFORE = timedelta(hours=1)  # an alert that fired so long before the incident, and detects nothing, is not of it
_CITED = 10.0  # what a milestone or a trigger candidate stands on is always key
_KIND = {
    "alert": 2.8, "page": 2.8, "change": 2.6, "deploy": 2.5, "metric": 2.4, "action": 2.2, "log": 2.1, "message": 0.8,
    "status": 1.2,
}  # fmt: skip
_GRADED = 1.2  # somebody gave the message a level: it is a record, not talk
_EXCERPT = 1.1  # a log excerpt is key by its errors, not by being there
_SEVERITY = {"critical": 1.5, "error": 0.8, "warning": 0.3}
_RANK = {"warning": 1, "error": 2, "critical": 3}
_CUES = {"undo": 0.8, "remedy": 1.05, "futile": -0.9, "doubt": -0.4}
_IN_VAIN = 0.9  # that a fix did not hold is part of the story
_ONLY_TALK = -1.1  # it looks, asks or tells somebody, and neither finds nor does anything, nor warns
_TAKEN_ON = 1.1  # the first that people did or wrote after the detection
_WELL = 0.6  # a metric or a graded message that says how it got well
_FIRST_POST, _LAST_POST = 1.8, 3.0  # status posts that change the state: trouble, and its end
_RESOLVED = 1.5  # a state, of whatever kind
_AGAIN = -0.7  # one more sign of the same kind and service, no worse than those before it; at most twice
_AFTER, _RECOVERING, _ELSEWHERE = -2.0, -0.4, -0.3
_MACHINE = ("alert", "page", "deploy", "change")  # kinds that come by themselves, from every service; log excerpts too


def choose(
    rows: Sequence[Row],
    incident: Incident,
    cited: Collection[str],
    start: datetime | None,
    around: Collection[str] = (),
    vocabulary: Vocabulary = VOCABULARY,
) -> list[Row]:
    """The rows with `key` and `aside` set: at most MOST key rows, whatever the number of rows.

    `cited` are the evidence ids of milestones and trigger candidates: their rows are always key. `start` is when the
    incident began. What machines tell of services outside the incident and those `around` it is set aside, and alerts
    that fired long before it; what people chose to write down is not.
    """  # fmt: skip
    if not rows:
        return []
    known = frozenset(cited)
    must = [not known.isdisjoint(row.evidence) for row in rows]
    frame = pd.DataFrame({"title": [row.title for row in rows], "service": [row.service for row in rows]}, dtype=object)
    ours = in_scope(frame, incident).tolist()
    near = [mine or row.service in around for row, mine in zip(rows, ours, strict=True)]
    apart = ["" if cite else _aside(row, mine, start) for row, mine, cite in zip(rows, near, must, strict=True)]
    inside = [index for index, aside in enumerate(apart) if not aside]
    weights = _weights(rows, add_cues(frame.loc[inside], vocabulary), must, ours)
    ranked = sorted(
        (index for index in inside if weights[index] >= ENOUGH),
        key=lambda index: (-weights[index], rows[index].at, rows[index].id),
    )
    keys = set(list(_one_excerpt(rows, ranked, must))[:MOST])
    return [
        replace(row, key=index in keys, aside=aside) if aside or index in keys else row
        for index, (row, aside) in enumerate(zip(rows, apart, strict=True))
    ]


def _aside(row: Row, mine: bool, start: datetime | None) -> str:
    """Why a row that nothing cites is not of the incident, "" where it may be."""
    if not mine and (row.kind in _MACHINE or row.rule == LOG_RULE):
        return f"its service, {row.service}, is not one of the incident's"
    if row.kind in ALERTS and start and row.at < start - LONG_BEFORE:
        return "it fired long before the incident"
    return ""


def _weights(rows: Sequence[Row], cues: pd.DataFrame, must: Sequence[bool], ours: Sequence[bool]) -> dict[int, float]:
    """The weight of each row that `cues` has, by its place: what it is, how bad, what it says, where and when."""
    talk = cues["investigation"] & ~cues["cause"] & ~cues["remedy"] & ~cues["undo"]
    said = sum((weight * cues[cue].astype(float) for cue, weight in _CUES.items()), pd.Series(0.0, index=cues.index))
    said += _IN_VAIN * (cues["futile"] & cues["remedy"]).astype(float)
    first_post = next((index for index, row in enumerate(rows) if row.kind == "status"), None)
    taken_on = next((index for index, row in enumerate(rows) if _is_response(row)), None)
    worst: dict[tuple[str, str], list[int]] = {}
    weights: dict[int, float] = {}
    columns = (cues.index, said, talk, cues["healthy"])
    for index, words, talking, well in zip(*(column.tolist() for column in columns), strict=True):
        row = rows[index]
        weight = (_EXCERPT if row.rule == LOG_RULE else _KIND[row.kind]) + _SEVERITY.get(row.severity, 0.0) + words
        weight += _GRADED * (row.kind == "message" and bool(row.severity))
        weight += _WELL * (well and (row.kind == "metric" or (row.kind == "message" and bool(row.severity))))
        people = row.kind in ("message", "action")
        weight += _ONLY_TALK * (talking and people and row.severity not in _RANK) + _TAKEN_ON * (index == taken_on)
        weight += _FIRST_POST * (index == first_post) + _LAST_POST * (row.kind == "status" and row.moment == "resolved")
        weight += (
            _RESOLVED * (row.moment == "resolved")
            + _AFTER * (row.phase == "after")
            + _RECOVERING * (row.phase == "recovery")
        )
        weight += _ELSEWHERE * (not ours[index]) + _AGAIN * _repeats(row, worst)
        weights[index] = weight + _CITED * must[index]
    return weights


def _is_response(row: Row) -> bool:
    """Whether people did or wrote it while the trouble was on and known."""
    return row.phase == "mitigation" and (row.kind == "action" or (row.kind == "message" and bool(row.severity)))


def _repeats(row: Row, worst: dict[tuple[str, str], list[int]]) -> int:
    """How often its service gave the like before, 2 at most; 0 where this is worse than all before. It keeps count."""
    rank = _RANK.get(row.severity, 0)
    if not rank or row.moment == "resolved" or row.kind not in ("alert", "page", "metric", "log"):
        return 0
    before = worst.setdefault((row.service, row.kind), [])
    before.append(rank)
    return min(2, len(before) - 1) if rank <= max(before[:-1], default=0) else 0


def _one_excerpt(rows: Sequence[Row], ranked: Iterable[int], must: Sequence[bool]) -> Iterable[int]:
    """The places without more log excerpts of a service than the best, and those that are cited."""
    told: set[str] = set()
    for index in ranked:
        row = rows[index]
        if row.rule != LOG_RULE or must[index] or row.service not in told:
            yield index
            told.update([row.service] if row.rule == LOG_RULE else [])
