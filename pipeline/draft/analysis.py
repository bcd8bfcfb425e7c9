"""Root cause analysis prepared, what went well and what was hard, and the actions that the evidence suggests."""

import re
from typing import Any

from pipeline.draft import facts, words
from pipeline.draft.facts import Fact
from pipeline.draft.view import View

SOON = 60.0  # seconds: nobody asks whether such a detection could have come sooner
FISHBONE = ("change", "capacity", "dependency", "monitoring", "process", "ownership")
# Words of saturation (the fourth golden signal: "Site Reliability Engineering", chapter 6) and of calls to others.
_CAPACITY = re.compile(
    r"(?i)cpu|memory|\boom|heap|disk|space left|quota|saturat|exhaust|queue|backlog|pool|too many|throttl|rate.?limit"
)
_DEPENDENCY = re.compile(
    r"(?i)upstream|downstream|gateway|provider|connection (?:refused|reset)|timed? ?out|dns|resolve host|unreachable"
)


def candidates(view: View) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "at": view.when(one.at),
            "title": one.title,
            "before": _distance(view, one.at),
            "score": view.language.digits(f"{one.score:.2f}"),
            "reason": view.language.listed(one.reason),
            "evidence": one.evidence,
        }
        for rank, one in enumerate(view.timeline.trigger_candidates, start=1)
    ]


def _distance(view: View, at: Any) -> str:
    seconds = view.after(at, "impact_start")
    return "" if seconds is None else view.told(words.span(abs(seconds)) + (" after" if seconds > 0 else " before"))


def whys(view: View) -> list[dict[str, Any]]:
    """Five steps from symptom to system; each with the facts that bear on it, or none."""
    return [
        {"step": "failed", "facts": facts.signals(view)[:2] + facts.logs(view, 2) or facts.first_sign(view)},
        {"step": "changed", "facts": facts.candidates(view)},
        {"step": "release", "facts": []},
        {"step": "slow", "facts": facts.detection(view) + facts.acknowledgement(view) + facts.mitigation(view)},
        {"step": "system", "facts": []},
    ]


def fishbone(view: View) -> list[dict[str, Any]]:
    """Facts by category; a category without any gets a question instead."""
    found = {
        "change": facts.candidates(view),
        "capacity": _told(view, _CAPACITY),
        "dependency": _told(view, _DEPENDENCY),
        "monitoring": facts.late_detection(view) + facts.told_by_people(view) + facts.flapping(view),
        "process": facts.attempts(view),
        "ownership": facts.acknowledgement(view),
    }
    return [{"name": name, "facts": found[name]} for name in FISHBONE]


def _told(view: View, about: re.Pattern[str]) -> list[Fact]:
    """Signals that moved, error logs and alerts whose words are about this."""
    moved = [fact for fact in facts.signals(view) if about.search(str(fact.part["name"]))]
    logs = [fact for fact in facts.logs(view, 20) if about.search(str(fact.part["text"]))]
    rows = [row for row in view.rows if row.kind in ("alert", "page", "status", "metric") and about.search(row.title)]
    seen = [facts.dated(view, "row", row) for row in rows]
    return (moved + logs + seen)[: facts.FEW]


def detection_gap(view: View) -> dict[str, Any]:
    seconds = view.timeline.durations.get("time_to_detect_s")
    after = "" if seconds is None else words.span(seconds)
    soon = seconds is not None and seconds <= SOON
    return {"after": after, "soon": soon, "evidence": view.cites("impact_start", "detected")}


def well(view: View) -> list[Fact]:
    found = facts.detection(view) if facts.detected_promptly(view) and facts.detected_by_alarm(view) else []
    found += facts.acknowledgement(view) if facts.within(view, "acknowledged", facts.PROMPT) else []
    found += facts.mitigation(view) if facts.within(view, "mitigated", facts.QUICK_MITIGATION) else []
    return found + [post for post in facts.first_post(view) if post.part["quick"]]


def hard(view: View) -> list[Fact]:
    found = facts.late_detection(view) + facts.told_by_people(view) + facts.attempts(view)
    found += [] if facts.within(view, "acknowledged", facts.PROMPT) else facts.acknowledgement(view, facts.PROMPT)
    slow = not facts.within(view, "mitigated", facts.QUICK_MITIGATION)
    found += facts.mitigation(view, facts.QUICK_MITIGATION) if slow else []
    found += [post for post in facts.first_post(view) if not post.part["quick"]]
    return found + facts.relapses(view) + facts.flapping(view) + facts.gaps(view)


def actions(view: View) -> list[dict[str, Any]]:
    """Suggestions that the evidence supports. A suggestion keeps its number in every draft, so numbers may skip.

    A1 and A2 are always there to fill: one immediate fix, one long-term action.
    """
    detected = view.milestone("detected")
    status = any(row.kind == "status" for row in view.rows)
    top = facts.candidates(view)[:1]
    suggestions = {
        "A3": ("regression", "long-term", "test", top),
        "A4": ("tune", "immediate fix", "monitoring", facts.flapping(view)),
        "A5": ("alert", "immediate fix", "monitoring", facts.told_by_people(view)),
        "A6": ("detect", "long-term", "monitoring", facts.late_detection(view)),
        "A7": ("attempts", "long-term", "runbook", facts.attempts(view)),
        "A8": ("post", "long-term", "runbook", [Fact("", detected.evidence)] if detected and not status else []),
        "A9": ("gaps", "immediate fix", "monitoring", facts.gaps(view)),
    }
    blank = [
        {"id": "A1", "say": "", "type": view.told("immediate fix"), "verification": "", "evidence": (), "title": ""},
        {"id": "A2", "say": "", "type": view.told("long-term"), "verification": "", "evidence": (), "title": ""},
    ]
    return blank + [
        {
            "id": name, "say": say, "type": view.told(kind), "verification": view.told(verification),
            "title": _titles(found), "evidence": tuple(name for fact in found for name in fact.evidence),
        }
        for name, (say, kind, verification, found) in suggestions.items()
        if found
    ]  # fmt: skip


def _titles(found: list[Fact]) -> str:
    """What the facts are about, each once."""
    named = (str(fact.part.get("title") or fact.part.get("source") or "") for fact in found)
    return ", ".join(dict.fromkeys(name for name in named if name))
