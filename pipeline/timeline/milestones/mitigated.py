"""Mitigated: the change after detection that the improvement follows."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from pipeline.event import ALERTS
from pipeline.timeline.milestones.view import View, calm, claims, milestone, moved, still_failing
from pipeline.timeline.model import Milestone

NEAR = 900.0  # seconds after which an improvement says 1/e as much for the change before it
LATE = timedelta(minutes=1)  # a change may be written down after its effect shows
ENOUGH = 1.0  # the least score of a mitigation
BASE = {"deploy": 1.3, "change": 1.1, "action": 1.0, "message": -1.0, "status": -1.5}
RELAPSED = -2.0  # the trouble came back after it
HOLDS = timedelta(minutes=15)  # what fires within it was on its way before
WEIGHT = {"undo": 2.0, "remedy": 1.2, "futile": -5.0, "intent": -1.2, "partial": -0.6}


def mitigated(view: View, seen: Milestone | None) -> Milestone | None:
    """The best-scored action; None where nothing that was done reads like a remedy."""
    events = view.events
    if seen:
        events = events[events["at"] >= pd.Timestamp(seen.at)]
    end, lasts = _measured_end(view), still_failing(view)
    if end and not lasts:
        events = events[events["at"] <= pd.Timestamp(end + LATE)]  # what came after it ended nothing
    scored = events.assign(score=_reading(events) + _followed(view, events) + RELAPSED * _relapsed(view, events))
    scored = scored[scored["score"] > ENOUGH]
    if scored.empty:
        return None
    best = scored.sort_values(["score", "at"], kind="stable").tail(1)
    (score,) = best["score"]
    rule = "rollback" if best["moment"].eq("rolled back").all() else "remedial_change"
    better = ", and the signals got better after it" if end else ""
    reason = "“{title}”" + (", yet the trouble went on" if lasts else better)
    most = 0.4 if lasts else 0.85 if end or _news(view).any() else 0.6  # nothing shows that it helped
    return milestone(claims(best, rule, min(most, 0.2 + 0.15 * float(score)), reason)[0])


def _reading(events: pd.DataFrame) -> pd.Series:
    """How much each event reads like what ends an impact: what it is, and what it says."""
    score: pd.Series[float] = events["kind"].map(BASE).fillna(-9.0)
    for cue, weight in WEIGHT.items():
        score = score + weight * events[cue]
    # Who wrote the level down knew how it went: a change that is a warning or an error ended nothing.
    failed = events["moment"].eq("failed") | events["severity"].isin(("critical", "error", "warning"))
    only_looking = events["investigation"] & ~events["remedy"] & ~events["undo"]
    only_well = events["healthy"] & ~events["remedy"] & ~events["undo"]  # it tells of the end, not of what ended it
    score = score + 2.0 * events["moment"].eq("rolled back") - 2.0 * failed
    return score - 1.5 * only_looking - 1.0 * only_well


def _followed(view: View, events: pd.DataFrame) -> pd.Series:
    """How soon better news follows each event; news that came before it is none, nor is what a message itself tells."""
    end = _measured_end(view)
    good = [end] if end else view.events.loc[_news(view), "at"].tolist()
    better = pd.DatetimeIndex(good, dtype="datetime64[us, UTC]").sort_values()
    if better.empty or events.empty:
        return pd.Series(0.0, index=events.index)
    at = pd.DatetimeIndex(events["at"])
    # A record of the change may be written up to a minute after its effect shows.
    place = better.searchsorted(at - pd.Timedelta("1min"))
    lead = (better[np.minimum(place, len(better) - 1)] - at).total_seconds().to_numpy()
    near = 1.5 * np.exp(-np.clip(lead, 0, None) / NEAR)
    near[events["kind"].isin(("message", "status")).to_numpy() & (lead == 0)] = 0.0
    return pd.Series(np.where(place < len(better), near, -3.0 if end else -1.0), index=events.index)


def _relapsed(view: View, events: pd.DataFrame) -> pd.Series:
    """Which events were followed by good news, and by a new firing or a worse metric after that."""
    told = view.events
    signs = told["kind"].isin((*ALERTS, "metric"))
    good = told.loc[signs & told["severity"].isin(("info", "")) & ~told["bad"] | told["moment"].eq("resolved"), "at"]
    worse = told.loc[signs & told["severity"].isin(("critical", "error")) & told["moment"].ne("resolved"), "at"].max()
    eased = good[good < worse].max()  # nothing, and with it no event before it, where there was no good news between
    again: pd.Series[float] = ((events["at"] < eased) & (events["at"] < worse - HOLDS)).astype(float)
    return again


def _news(view: View) -> pd.Series:
    """Which events are good news that no alert took back: those since the last firing."""
    events = view.events
    alerts = events["kind"].isin(ALERTS)
    last = events.loc[alerts & events["moment"].eq("fired"), "at"].max()
    good = (events["healthy"] & ~events["bad"] & ~events["doubt"]) | (alerts & events["moment"].eq("resolved"))
    return good if pd.isna(last) else good & (events["at"] >= last)


def _measured_end(view: View) -> datetime | None:
    """The last end of trouble that the logs and metrics show; else the first metric that was seen to be well again."""
    ends = [one.end for one in view.bursts] + [one.recovered for one in moved(view) if one.recovered]
    told = [pd.Timestamp(at).to_pydatetime() for at in calm(view.events)["at"].head(1)]
    return max(ends or told, default=None)
