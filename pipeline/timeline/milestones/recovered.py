"""Recovered: the signals are back at baseline and stay there."""

from datetime import timedelta

import pandas as pd

from pipeline.event import ALERTS
from pipeline.timeline.milestones.view import (
    Claim,
    View,
    calm,
    claims,
    milestone,
    moved,
    settled,
    still_failing,
    supported,
)  # fmt: skip
from pipeline.timeline.model import Milestone

AGREE = timedelta(minutes=2)
LAG = timedelta(minutes=20)  # an alert may resolve so long after what it watches got well


def recovered(view: View, after: Milestone | None) -> Milestone | None:
    """The measured end of the trouble: the last error, the metric's return.

    Else what was told of a metric, then of the alerts; else what people said; else what a log said.
    """
    if still_failing(view):
        return None
    measured = [*errors_end(view), *metric_recovered(view)]
    # A metric is the finer sign of the two: an alert resolves some time after it, or for a part.
    told, words = [*metric_calm(view, after), *alerts_resolved(view)], said_healthy(view, after)
    told = [c for c in told if not after or c.at >= after.at]
    if measured:
        last = max(measured, key=lambda c: (c.at, c.strength))
        # A metric over a rate window comes back later than the last error does: the record is the finer clock.
        finer = [c for c in measured if c.rule == "errors_end" and last.at - c.at <= AGREE]
        best = max(finer, key=lambda c: c.at) if finer else last
        return milestone(best, supported(best, [*measured, *told], AGREE))
    found = [*told, *words, *log_calm(view, after)]
    return milestone(found[0], supported(found[0], found[1:], AGREE)) if found else None


def errors_end(view: View) -> list[Claim]:
    """The last record of each error burst, where quiet follows it inside the window."""
    return [
        Claim(
            at=one.end, evidence=(one.log.id,), rule="errors_end", strength=0.7 if one.end_exact else 0.5,
            reason=f"the last of {one.count} error records",
        )
        for one in view.bursts
        if settled(one, view.window)
    ]  # fmt: skip


def metric_recovered(view: View) -> list[Claim]:
    """When a metric that had left its baseline was back for good; none while another one is still out."""
    out = moved(view)
    if any(one.recovered is None for one in out):
        return []
    return [
        Claim(
            at=one.recovered, evidence=(one.recovered_evidence,), rule="metric_recovered", strength=0.65,
            reason=f"{one.name} was back at its baseline",
        )
        for one in out
        if one.recovered
    ]  # fmt: skip


def alerts_resolved(view: View) -> list[Claim]:
    """The last resolve of the incident's alerts, where none fired again after it."""
    alerts = view.events[view.events["kind"].isin(ALERTS)]
    resolved, fired = alerts[alerts["moment"].eq("resolved")], alerts[alerts["moment"].eq("fired")]
    if resolved.empty or (not fired.empty and fired["at"].max() > resolved["at"].max()):
        return []
    whole = resolved[~resolved["partial"]]
    return claims(whole.tail(1), "alerts_resolved", 0.6, "the last alert resolved: “{title}”")


def metric_calm(view: View, after: Milestone | None) -> list[Claim]:
    """The first metric that was seen to be well once nothing worse was.

    One that does not say so is on its way, at the most, as long as an alert of the incident goes on firing.
    """
    found = calm(view.events)
    alerts = view.events[view.events["kind"].isin(ALERTS)]
    quiet = alerts.loc[alerts["moment"].eq("resolved"), "at"].max()
    if not pd.isna(quiet):
        found = found[found["healthy"] | (found["at"] >= quiet - LAG)]
    return _first(found, after, "metric_calm", 0.6)


def log_calm(view: View, after: Milestone | None) -> list[Claim]:
    """The first line at level info that somebody took from a log after the mitigation, once nothing worse was."""
    return _first(calm(view.events, "log"), after, "log_calm", 0.35) if after else []


def _first(events: pd.DataFrame, after: Milestone | None, rule: str, strength: float) -> list[Claim]:
    since = events[events["at"] >= pd.Timestamp(after.at)] if after else events
    return claims(since.head(1), rule, strength, "“{title}”")


def said_healthy(view: View, after: Milestone | None) -> list[Claim]:
    """What was seen or said after the mitigation that tells of health, with no worse news after it; clearest first."""
    events = view.events[view.events["at"] >= pd.Timestamp(after.at)] if after else view.events
    worse = events["severity"].isin(("critical", "error")) & events["kind"].isin(("metric", "alert", "page", "log"))
    last_worse = events.loc[worse & events["moment"].ne("resolved"), "at"].max()
    well = (
        events["healthy"]
        & ~events["doubt"]
        & ~events["futile"]
        & ~events["intent"]
        & events["severity"].isin(("info", "", "debug"))
    )
    good = events[well & ~events["kind"].isin(ALERTS)]
    good = good if pd.isna(last_worse) else good[good["at"] > last_worse]
    plain = good[~good["partial"] & ~(good["bad"] & good["kind"].ne("metric") & good["kind"].ne("message"))]
    seen = claims(plain.head(1), "said_healthy", 0.55, "“{title}”")
    hinted = claims(good.head(1), "said_nearly_healthy", 0.4, "“{title}”")
    closing = events["kind"].eq("status") & events["moment"].eq("resolved")
    closed = claims(events[closing].head(1), "declared_resolved", 0.45, "“{title}”")
    return seen or closed or hinted
