"""Impact start: the earliest sign that users were hurt, preferring what was measured to what was said."""

import re
from datetime import datetime, timedelta

import pandas as pd

from pipeline import times
from pipeline.timeline.milestones.view import Claim, View, claims, milestone, moved, supported
from pipeline.timeline.model import Milestone

AGREE = timedelta(minutes=5)
SLACK = timedelta(minutes=1)  # a witness may be this much earlier: its clock, or the strain before the failure
TOGETHER = timedelta(minutes=1)  # two signs of one moment
LATE = timedelta(hours=2)  # a metric so long after the first alert tells of something else
_SINCE = re.compile(
    r"(?i)\b(?:since|starting(?: at)?|started at|began at|from)\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:UTC|Z|GMT)\b"
)


def impact_start(view: View) -> Milestone | None:
    """Where errors or an SLO metric show users hurt, best borne out by something else; then alerts; then words."""
    told, alerts, hurt = (
        stated_start(view),
        alert_active_since(view),
        _ordered([*error_burst(view), *metric_onset(view)]),
    )
    for claims_here, witnesses in ((hurt, [*hurt, *alerts, *told]), (_ordered(alerts), told)):
        for claim in claims_here:
            support = [c for c in supported(claim, witnesses, AGREE) if c.at >= claim.at - SLACK]
            if support:
                return milestone(claim, support)
        if claims_here:
            return milestone(claims_here[0])
    spoken = _ordered([*told, *first_symptom(view)])
    return milestone(spoken[0], supported(spoken[0], spoken, AGREE)) if spoken else None


def _ordered(found: list[Claim]) -> list[Claim]:
    return sorted(found, key=lambda claim: (claim.at, claim.rule))


def error_burst(view: View) -> list[Claim]:
    """The first record of an error template that the time before did not have."""
    return [
        Claim(
            at=one.start, evidence=(one.log.id,), rule="error_burst", strength=0.7 if one.start_exact else 0.5,
            reason=f"first of {one.count} log records of a new error",
        )
        for one in view.bursts
    ]  # fmt: skip


def alert_active_since(view: View) -> list[Claim]:
    """When an alert's condition first held, before its `for` ran out."""
    alerts = view.events[view.events["moment"].eq("fired") & view.events["active_since"].notna()]
    return claims(alerts, "alert_active_since", 0.6, "the condition of “{title}” held from here", at="active_since")


def metric_onset(view: View) -> list[Claim]:
    """The change-point of a metric that got worse; where some have an objective, only those tell of users.

    Of one that crept up to its objective, it is the moment at which the objective was missed.
    """
    return [
        Claim(
            at=one.missed or one.onset, evidence=(one.missed_evidence or one.onset_evidence,), rule="metric_onset",
            strength=0.6, reason=f"{one.name} {'went beyond its objective' if one.missed else 'left its baseline'}",
        )
        for one in moved(view)
        if one.onset
    ]  # fmt: skip


def stated_start(view: View) -> list[Claim]:
    """A start that a status post or message states ("since 14:02 UTC")."""
    posts = view.events[view.events["kind"].isin(("status", "message"))]
    found = []
    for claim, text in zip(
        claims(posts, "stated_start", 0.6, "“{title}”"),
        posts["title"].astype(object) + "\n" + posts["body"],
        strict=True,
    ):
        said = _SINCE.search(text)
        if said and (at := _on_day(claim.at, said)) in view.window:
            found.append(
                Claim(at=at, evidence=claim.evidence, rule=claim.rule, strength=0.6, reason="a post states this start")
            )
    return found


def _on_day(posted: datetime, said: re.Match[str]) -> datetime:
    """The last such time of day at or before the post; the post's own time where the text has no valid one."""
    hour, minute, second = (int(part or 0) for part in said.groups())
    if hour > 23 or minute > 59 or second > 59:
        return posted
    at = times.checked(posted).replace(hour=hour, minute=minute, second=second, microsecond=0)
    return at if at <= posted else at - timedelta(days=1)


def first_symptom(view: View) -> list[Claim]:
    """The first log or metric event that tells of something wrong; an alert counts where a second sign comes with it.

    An alert or a report alone says when trouble was noticed, not when it began: no claim.
    """
    events = view.events
    wrong = events["severity"].isin(("critical", "error", "warning")) | (events["bad"] & events["severity"].ne("info"))
    seen = events[wrong & events["kind"].isin(("log", "metric"))]
    noticed = events[wrong & events["kind"].isin(("alert", "page", "message")) & events["moment"].ne("resolved")]
    if not noticed.empty:
        same = noticed[(noticed["at"] - noticed["at"].iloc[0]) < pd.Timedelta(TOGETHER)]
        both = same if same["kind"].nunique() > 1 else same.head(0)
        seen = pd.concat([seen, both.head(1)]).sort_values(["at", "id"])
        # Log lines that people read after the alert tell how it looked then; a metric may still tell when it began.
        after = seen["at"] - noticed["at"].iloc[0]
        seen = seen[(after <= pd.Timedelta(TOGETHER)) | (seen["kind"].eq("metric") & (after < pd.Timedelta(LATE)))]
    return claims(seen.head(1), "first_symptom", 0.55, "the first sign of trouble: “{title}”")
