"""Mitigated: the change after detection that the improvement follows."""

from datetime import datetime

import numpy as np
import pandas as pd

from pipeline.timeline.milestones.view import View, claims, milestone
from pipeline.timeline.model import Milestone

NEAR = 600.0  # seconds within which an improvement still speaks for a change


def mitigated(view: View, seen: Milestone | None, back: Milestone | None) -> Milestone | None:
    """The best-scored action; None where nothing that was done reads like a remedy."""
    events = view.events
    if seen:
        events = events[events["at"] >= pd.Timestamp(seen.at)]
    scored = events.assign(score=_score(view, events, back))
    scored = scored[scored["score"] > 1.0]
    if scored.empty:
        return None
    best = scored.sort_values(["score", "at"], kind="stable").tail(1)
    (score,) = best["score"]
    rule = "rollback" if best["moment"].eq("rolled back").all() else "remedial_change"
    reason = "“{title}”" + (", and the signals got better after it" if _improvement(view, back) is not None else "")
    return milestone(claims(best, rule, min(0.85, 0.25 + 0.15 * float(score)), reason)[0])


def _score(view: View, events: pd.DataFrame, back: Milestone | None) -> pd.Series:
    """How much each event looks like what ended the impact: what it is, what it says, what followed it."""
    kind = events["kind"].map({"deploy": 1.0, "change": 1.0, "action": 1.0, "message": -1.0, "status": -1.5})
    score: pd.Series[float] = (
        kind.fillna(-9.0) + 2.0 * events["moment"].eq("rolled back") - 2.0 * events["moment"].eq("failed")
    )
    score += 1.5 * events["remedy"] - 2.5 * events["futile"] - 1.2 * events["intent"]
    score -= 1.5 * (events["investigation"] & ~events["remedy"])
    improved = _improvement(view, back)
    if improved is None:
        return score
    lead = (pd.Timestamp(improved) - events["at"]).dt.total_seconds()
    near = pd.Series(np.exp(-lead.clip(lower=0) / NEAR), index=events.index)
    followed: pd.Series[float] = score + 1.5 * near - 3.0 * (lead < -60)
    return followed


def _improvement(view: View, back: Milestone | None) -> datetime | None:
    """When things were good again: the measured end of the trouble, else the recovery that was found."""
    ends = [one.end for one in view.bursts] + [one.recovered for one in view.signals if one.recovered]
    return max(ends) if ends else back.at if back else None
