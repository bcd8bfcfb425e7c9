"""Detected: the first alert, page or human report that belongs to this incident."""

from datetime import timedelta

import pandas as pd

from pipeline.timeline.milestones.view import Claim, View, claims, milestone
from pipeline.timeline.model import Milestone

LEAD = timedelta(minutes=10)  # an alert may come this long before the impact that it announces


def detected(view: View, start: Milestone | None) -> Milestone | None:
    """The earliest alert or report near or after impact start; a symptom that somebody saw where there is neither."""
    from_here = view.events[view.events["at"] >= pd.Timestamp(start.at - LEAD)] if start else view.events
    found = sorted([*first_alert(from_here), *first_report(from_here)], key=lambda c: (c.at, -c.strength))
    found = found or seen_in_metrics(from_here)
    return milestone(found[0], [c for c in found[1:] if c.at - found[0].at < timedelta(minutes=1)]) if found else None


def first_alert(events: pd.DataFrame) -> list[Claim]:
    """The first alert or page that fired."""
    fired = events["kind"].isin(("alert", "page")) & events["moment"].eq("fired") & ~_calm(events)
    return claims(events[fired].head(1), "first_alert", 0.8, "the first alert of this incident: “{title}”")


def first_report(events: pd.DataFrame) -> list[Claim]:
    """The first person who wrote that something is wrong."""
    wrong = events["severity"].isin(("critical", "error", "warning")) | (events["bad"] & events["severity"].ne("info"))
    told = events["kind"].eq("message") & (wrong | (events["bad"] & events["report"]))
    return claims(events[told].head(1), "first_report", 0.6, "the first person to report it: “{title}”")


def seen_in_metrics(events: pd.DataFrame) -> list[Claim]:
    """Somebody, or a monitor without an alert, saw it in a metric; weak, since nobody says that it was noticed."""
    noticed = events["kind"].eq("metric") & events["severity"].eq("critical")
    return claims(
        events[noticed].tail(1), "seen_in_metrics", 0.3, "no alert or report in the evidence; seen as “{title}”"
    )


def _calm(events: pd.DataFrame) -> pd.Series:
    return events["severity"].eq("info") & events["healthy"]
