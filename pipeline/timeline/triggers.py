"""Trigger candidates: changes shortly before impact start, ranked; candidates, never causes."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.incident import Incident
from pipeline.timeline.model import Milestone, Row, TriggerCandidate

LATE = timedelta(seconds=90)  # two clocks may put the change just after the impact that it made
FADE = 3600.0  # seconds after which nearness counts 1/e
MOST = 5
NEARLY = 0.8  # of the best score
CHANGES = ("deploy", "change")


def candidates(
    rows: Sequence[Row],
    incident: Incident,
    start: Milestone | None,
    rolled_back: frozenset[str],
    mark: str = "impact start",
) -> tuple[TriggerCandidate, ...]:
    """At most MOST changes before `start`, best first; `mark` says what it is, impact start or detection.

    `rolled_back` are the row ids that a rollback undid.
    """
    if start is None:
        return ()
    ours = {name.casefold() for name in incident.services}
    found = []
    for row in rows:
        lead = start.at - row.at
        if row.kind not in CHANGES or row.moment in ("rolled back", "failed") or lead < -LATE:
            continue
        near = math.exp(-max(0.0, lead.total_seconds()) / FADE) + min(0.0, lead / LATE) / 2  # rather before than after
        same, undone = row.service.casefold() in ours, row.id in rolled_back
        score = round(0.45 * near + 0.25 * same + 0.3 * undone, 3)
        why = [_distance(start.at, row.at, mark)]
        why += [f"on {row.service}, which the incident names"] if same else []
        why += ["rolled back later"] if undone else []
        found.append(
            TriggerCandidate(at=row.at, title=row.title, evidence=row.evidence, score=score, reason="; ".join(why))
        )
    return tuple(sorted(found, key=lambda one: (-one.score, -one.at.timestamp(), one.evidence))[:MOST])


def likely(found: Sequence[TriggerCandidate]) -> tuple[TriggerCandidate, ...]:
    """The best candidate, and those that are nearly as good."""
    return tuple(one for one in found if one.score >= NEARLY * found[0].score)


def _distance(start: datetime, at: datetime, mark: str) -> str:
    seconds = round((start - at).total_seconds())
    side = "before" if seconds >= 0 else "after"
    seconds = abs(seconds)
    for size, unit, small_size, small in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            rest = seconds % size // small_size
            return f"{seconds // size} {unit}{f' {rest} {small}' if rest else ''} {side} {mark}"
    return f"{seconds} s {side} {mark}"
