"""What the rules look at, and the claims that they make."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from pipeline.event import ALERTS
from pipeline.incident import Incident, Window
from pipeline.timeline.bursts import Burst
from pipeline.timeline.model import Confidence, Milestone, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the rules see: `events` (frame with the cue columns), `signals` and `bursts` of the incident's services.

    `wide` also has the events of the services `around` it, which records of the incident's own name, for a milestone
    that the incident's own services leave unknown.
    """

    incident: Incident
    window: Window
    events: pd.DataFrame
    signals: tuple[Signal, ...]
    bursts: tuple[Burst, ...]
    around: frozenset[str] = frozenset()
    wide: "View | None" = None


SETTLE = timedelta(minutes=1)  # quiet that ends an error burst, at most: then nothing was cut off by the window's end
QUIET, LEAST = 10, timedelta(seconds=5)  # …or so many of the burst's own mean gaps, and not less than this


def settled(burst: Burst, window: Window) -> bool:
    """Whether the quiet after a burst is long for its pace: hundreds of errors in a minute need less than a few."""
    pace = (burst.end - burst.start) / max(1, burst.count - 1)
    return window.end - burst.end >= min(SETTLE, max(LEAST, QUIET * pace))


def still_failing(view: View) -> bool:
    """Whether errors or an SLO metric were still out when the window ended: then nothing that is said is a recovery."""
    out = [one for one in view.signals if one.onset and one.recovered is None and one.objective is not None]
    return bool(out) or not all(settled(one, view.window) for one in view.bursts)


def moved(view: View) -> list[Signal]:
    """The signals that left their baseline; where some of them have an objective, only those: they tell of users."""
    out = [one for one in view.signals if one.onset]
    return [one for one in out if one.objective is not None] or out


def calm(events: pd.DataFrame, kind: str = "metric") -> pd.DataFrame:
    """The events of a kind at level info once no such and no alert was worse: the level counts, not the words."""
    told, alerts = events["kind"].eq(kind), events["kind"].isin(ALERTS)
    graded = events["severity"].isin(("critical", "error", "warning"))
    wrong = (graded | (alerts & events["severity"].eq(""))) & ~events["moment"].isin(("resolved", "acknowledged"))
    machines = events.loc[wrong & (told | alerts), "at"]
    last = events.loc[wrong, "at"].min() if machines.empty else machines.max()
    well: pd.DataFrame = events[told & events["severity"].eq("info") & ~events["doubt"] & (events["at"] > last)]
    whole: pd.DataFrame = well[~well["partial"]]
    return well if whole.empty else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One rule's answer. `strength` is 0 to 1: how much a single such piece of evidence is worth."""

    at: datetime
    evidence: tuple[str, ...]
    rule: str
    strength: float
    reason: str


def claims(events: pd.DataFrame, rule: str, strength: float, reason: str, at: str = "at") -> list[Claim]:
    """One claim an event, in the order of the frame; `reason` may use {title} and {actor}."""
    columns = (events[name] for name in (at, "id", "title", "actor_role"))
    return [
        Claim(
            at=pd.Timestamp(when).to_pydatetime(), evidence=(name,), rule=rule, strength=strength,
            reason=reason.format(title=title, actor=actor or "a responder"),
        )
        for when, name, title, actor in zip(*columns, strict=True)
    ]  # fmt: skip


def supported(claim: Claim, others: Iterable[Claim], within: timedelta) -> tuple[Claim, ...]:
    """The claims of other rules that say nearly the same time."""
    return tuple(one for one in others if one.rule != claim.rule and abs(one.at - claim.at) <= within)


def milestone(claim: Claim, support: Iterable[Claim] = ()) -> Milestone:
    """The milestone of a claim; each other rule that agrees makes it surer. It cites all of them."""
    agreeing = list(support)
    doubt = 1 - claim.strength
    for rule in {one.rule: one.strength for one in agreeing}.values():
        doubt *= 1 - rule * 0.5
    sure: Confidence = "high" if doubt <= 0.25 else "medium" if doubt <= 0.5 else "low"
    cited = dict.fromkeys(name for one in (claim, *agreeing) for name in one.evidence)
    return Milestone(at=claim.at, evidence=tuple(cited)[:6], rule=claim.rule, confidence=sure, reason=claim.reason)
