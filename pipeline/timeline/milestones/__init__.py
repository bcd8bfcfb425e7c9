"""The milestones, each chosen among the claims of small named rules."""

from collections.abc import Callable
from dataclasses import replace

from pipeline.timeline.milestones.acknowledged import acknowledged
from pipeline.timeline.milestones.detected import detected
from pipeline.timeline.milestones.impact import impact_start
from pipeline.timeline.milestones.mitigated import mitigated
from pipeline.timeline.milestones.recovered import recovered
from pipeline.timeline.milestones.view import View
from pipeline.timeline.model import Milestone
from pipeline.timeline.overrides import Overrides


def find(view: View, overrides: Overrides) -> dict[str, Milestone | None]:
    """Each milestone or None where the evidence does not say; what the reviewer set stands, and later rules see it."""

    def chosen(name: str, found: Milestone | None) -> Milestone | None:
        if name not in overrides.milestones:
            return found
        at = overrides.milestones[name]
        if at is None:
            return None
        evidence = found.evidence if found and found.at == at else ()
        return Milestone(
            at=at, evidence=evidence, rule="override", confidence="high", reason="set by a reviewer", overridden=True
        )

    start = chosen("impact_start", _either(impact_start, view))
    seen = chosen("detected", _either(detected, view, start))
    taken = chosen("acknowledged", _either(acknowledged, view, seen))
    fixed = chosen("mitigated", _either(mitigated, view, seen or start))
    back = chosen("recovered", _either(recovered, view, fixed or seen or start))
    return {"impact_start": start, "detected": seen, "acknowledged": taken, "mitigated": fixed, "recovered": back}


def _either(rule: Callable[..., Milestone | None], view: View, *earlier: Milestone | None) -> Milestone | None:
    """What the incident's services say; where they say nothing, what those they name say, which is less sure."""
    found = rule(view, *earlier)
    if found or view.wide is None:
        return found
    wide = rule(view.wide, *earlier)
    if wide is None:
        return None
    reason = f"{wide.reason} (of a service that the incident does not name)"
    return replace(wide, reason=reason, confidence="low" if wide.confidence == "low" else "medium")
