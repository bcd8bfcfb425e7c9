"""Detected: the first alert, page or human report that belongs to this incident."""

from datetime import timedelta

import pandas as pd

from pipeline.event import ALERTS
from pipeline.timeline.milestones.view import Claim, View, claims, milestone
from pipeline.timeline.model import Milestone

LEAD = timedelta(minutes=60)  # an alert that is still firing may come this long before the impact that it announces
NEAR = timedelta(minutes=2)  # one that was resolved before the impact, only so long


def detected(view: View, start: Milestone | None) -> Milestone | None:
    """The earliest alert or report near or after impact start; a symptom that somebody saw where there is neither."""
    events = view.events
    if start:
        events = events[events["at"] >= pd.Timestamp(start.at - LEAD)]
        over = events[events["moment"].eq("resolved") & (events["at"] < pd.Timestamp(start.at))]["group"]
        early = events["at"] < pd.Timestamp(start.at - NEAR)
        events = events[~(early & (events["group"].isin(over) | ~events["kind"].isin(ALERTS)))]
    found = sorted([*first_alert(events), *first_report(events)], key=lambda c: (c.at, -c.strength))
    found = found or seen_by_somebody(events)
    return milestone(found[0], [c for c in found[1:] if c.at - found[0].at < timedelta(minutes=1)]) if found else None


def first_alert(events: pd.DataFrame) -> list[Claim]:
    """The first alert or page that fired."""
    fired = events["kind"].isin(ALERTS) & events["moment"].eq("fired")
    calm = events["severity"].eq("info") & events["healthy"] & ~events["bad"]
    return claims(events[fired & ~calm].head(1), "first_alert", 0.8, "the first alert of this incident: “{title}”")


def first_report(events: pd.DataFrame) -> list[Claim]:
    """The first person who wrote that something is wrong."""
    wrong = events["severity"].isin(("critical", "error", "warning")) | (events["bad"] & events["severity"].ne("info"))
    told = events["kind"].eq("message") & (wrong | (events["bad"] & events["report"]))
    return claims(events[told].head(1), "first_report", 0.6, "the first person to report it: “{title}”")


def seen_by_somebody(events: pd.DataFrame) -> list[Claim]:
    """A symptom of which the record says that somebody saw it; there was no alert and no report."""
    noticed = events["kind"].isin(("metric", "log", "action")) & events["noticed"] & events["bad"]
    return claims(events[noticed].head(1), "seen_by_somebody", 0.5, "no alert or report; seen as “{title}”")
