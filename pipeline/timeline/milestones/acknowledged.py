"""Acknowledged: somebody took the incident on."""

import pandas as pd

from pipeline.timeline.milestones.view import View, claims, milestone
from pipeline.timeline.model import Milestone


def acknowledged(view: View, seen: Milestone | None) -> Milestone | None:
    """The first acknowledgement at or after detection, as a state; a message that says so where there is none."""
    events = view.events[view.events["at"] >= pd.Timestamp(seen.at)] if seen else view.events
    states = events[events["moment"].eq("acknowledged")].head(1)
    if not states.empty:
        return milestone(claims(states, "acknowledgement", 0.9, "{actor} acknowledged “{title}”")[0])
    said = events["kind"].isin(("message", "action")) & events["title"].str.contains(
        r"\back(?:nowledg|ed\b)", case=False
    )
    found = claims(events[said].head(1), "said_acknowledged", 0.6, "“{title}”")
    return milestone(found[0]) if found else None
