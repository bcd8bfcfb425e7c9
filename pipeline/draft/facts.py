"""Statements that the evidence supports, each with its ids; templates/fact.md.j2 has the words for each kind."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pipeline.draft import words
from pipeline.draft.text import clean
from pipeline.draft.view import CHANGES, VOICES, View, deed
from pipeline.event import ALERTS, LogSummary
from pipeline.timeline import triggers
from pipeline.timeline.model import Row, Signal

# Five minutes to respond for a service that users see: Google, "Site Reliability Engineering", chapter 11.
PROMPT = timedelta(minutes=5)
# Our own choice of what is quick; the measured time is printed beside it.
QUICK_POST, QUICK_MITIGATION = timedelta(minutes=15), timedelta(minutes=30)
FLAPS = 3  # an alert that fired so often in one incident is flapping
FEW = 5  # how many of one kind a list shows


@dataclass(frozen=True, slots=True)
class Fact:
    """`say` names the wording; `part` fills it; `evidence` ends it."""

    say: str
    evidence: tuple[str, ...]
    part: dict[str, Any] = field(default_factory=dict)


def signals(view: View) -> list[Fact]:
    """What each signal that moved did, the main one first."""
    moved = [one for one in view.timeline.signals if one.onset is not None]
    moved.sort(key=lambda one: one is not view.main_signal)
    return [_signal(view, one) for one in moved[:FEW]]


def _signal(view: View, signal: Signal) -> Fact:
    cited = (signal.onset_evidence, signal.baseline_evidence, signal.peak_evidence)
    part = {
        "name": named(signal.name, signal.service),
        "baseline": "" if signal.baseline is None else view.measured(signal.baseline, signal.unit),
        "peak": view.measured(signal.peak, signal.unit),
        "peak_at": view.when(signal.peak_at),
        "onset": view.when(signal.onset),
    }
    return Fact("signal", tuple(name for name in cited if name), part)


def relapses(view: View) -> list[Fact]:
    """Signals of what users feel that came back for a while and left their baseline again."""
    told = [one for one in view.timeline.signals if one.relapsed is not None]
    told = [one for one in told if one.objective is not None] or told[:1]
    return [
        Fact(
            "relapsed", (one.eased_evidence, one.relapsed_evidence),
            {"name": named(one.name, one.service), "eased": view.when(one.eased), "again": view.when(one.relapsed)},
        )
        for one in told
    ]  # fmt: skip


def first_sign(view: View) -> list[Fact]:
    """What impact start stands on, where no signal or log says what went wrong."""
    row = view.row_of(view.cites("impact_start"))
    return [dated(view, "row", row)] if row else []


def named(name: str, service: str) -> str:
    return f"{name} ({service})" if service and service.casefold() not in name.casefold() else name


def candidates(view: View) -> list[Fact]:
    """The best trigger candidates and those that are nearly as good, best first."""
    return [
        Fact("candidate", one.evidence, {"title": one.title, "before": _before(view, one.at), "at": view.when(one.at)})
        for one in triggers.likely(view.timeline.trigger_candidates)[:3]
    ]


def _before(view: View, at: Any) -> str:
    seconds = view.after(at, "impact_start")
    return "" if seconds is None else words.span(-seconds)


def error_logs(view: View) -> list[LogSummary]:
    """Log templates that tell of errors, most records first."""
    aside = {row.id for row in view.timeline.rows if row.aside}
    wanted = (log for log in view.timeline.logs if log.template and log.level in ("critical", "error"))
    wanted = (log for log in wanted if log.id not in aside)
    return sorted(wanted, key=lambda log: (-log.count, log.id))


def logs(view: View, limit: int = 3) -> list[Fact]:
    return [
        Fact("log", (log.id,), {"records": view.many(log.count, "record"), "level": log.level,
                                "text": log_title(log), "service": log.service, "first": view.when(log.first)})
        for log in error_logs(view)[:limit]
    ]  # fmt: skip


def log_title(log: LogSummary) -> str:
    """The template, or the first line of its first exemplar."""
    first = log.exemplars[0].text.strip().split("\n")[0] if log.exemplars else ""
    return clean(log.template) or clean(first) or "(no text)"


def detection(view: View) -> list[Fact]:
    """How the incident was detected and how long after impact start."""
    found = view.milestone("detected")
    seconds = view.timeline.durations.get("time_to_detect_s")
    if found is None or seconds is None:
        return []
    row = view.row_of(found.evidence)
    say = "fired" if row and row.kind in ALERTS else "detected" if row else "detected_only"
    told = {"title": deed(row, view.told), "source": ", ".join(row.sources)} if row else {}
    return [Fact(say, found.evidence, {"when": view.relation(seconds, "impact start")} | told)]


def detected_promptly(view: View) -> bool:
    seconds = view.timeline.durations.get("time_to_detect_s")
    return seconds is not None and 0 <= seconds <= PROMPT.total_seconds()


def detected_by_alarm(view: View) -> bool:
    row = view.row_of(view.cites("detected"))
    return row is not None and row.kind in ALERTS


def told_by_people(view: View) -> list[Fact]:
    """That a message or a status post was the first sign, and when the first alert came."""
    row = view.row_of(view.cites("detected"))
    if row is None or row.kind not in VOICES:
        return []
    alarm = view.first_alarm
    if alarm and alarm.at < row.at:
        return []
    part = {"title": deed(row, view.told), "alarm": alarm.title if alarm else "",
            "after": words.span((alarm.at - row.at).total_seconds()) if alarm else ""}  # fmt: skip
    return [Fact("people_first", row.evidence + (alarm.evidence if alarm else ()), part)]


def late_detection(view: View) -> list[Fact]:
    seconds = view.timeline.durations.get("time_to_detect_s")
    if seconds is None or seconds <= PROMPT.total_seconds():
        return []
    part = {"after": words.span(seconds), "limit": words.span(PROMPT.total_seconds())}
    return [Fact("late", view.cites("impact_start", "detected"), part)]


def acknowledgement(view: View, limit: timedelta | None = None) -> list[Fact]:
    seconds = view.after(view.at("acknowledged"), "detected")
    if seconds is None:
        return []
    who = _who(view)
    return [
        Fact(
            "acknowledged",
            view.cites("acknowledged"),
            {
                "when": view.relation(seconds, "detection"),
                "limit": _limit(limit),
                "who": who,
                "named": who.startswith(("a ", "the ")),
            },
        )
    ]


def _who(view: View) -> str:
    """The role that acknowledged, as the milestone's reason or its row tells it."""
    found = view.milestone("acknowledged")
    row = view.row_of(found.evidence) if found else None
    told = found.reason.partition(" acknowledged ")[0] if found and " acknowledged " in found.reason else ""
    return told or (row.actor_role if row else "")


def _limit(limit: timedelta | None) -> str:
    """The limit that was passed, where a fact is told because of it."""
    return words.span(limit.total_seconds()) if limit else ""


def within(view: View, name: str, limit: timedelta) -> bool:
    """Whether a milestone came at most `limit` after detection."""
    seconds = view.after(view.at(name), "detected")
    return seconds is not None and seconds <= limit.total_seconds()


def mitigation(view: View, limit: timedelta | None = None) -> list[Fact]:
    """The change that the mitigation stands on, and how long after detection it came."""
    row = view.row_of(view.cites("mitigated"))
    seconds = view.after(view.at("mitigated"), "detected")
    if row is None or seconds is None or seconds < 0 or row.kind not in CHANGES:
        return []
    part = {"title": deed(row, view.told), "when": view.relation(seconds, "detection"), "limit": _limit(limit)}
    return [Fact("mitigated", view.cites("mitigated"), part)]


def attempts(view: View) -> list[Fact]:
    """Changes between detection and mitigation other than the one that mitigated.

    Where one of the two is unknown: changes that ended as failed.
    """
    start, end = view.at("detected"), view.at("mitigated")
    changes = [row for row in view.rows if row.kind in CHANGES and (row.key or row.moment == "failed")]
    if start is None or end is None:
        return [dated(view, "row", row) for row in changes if row.moment == "failed"][:FEW]
    own = {name for one in view.timeline.trigger_candidates for name in one.evidence}.union(view.cites("mitigated"))
    tried = (row for row in changes if start <= row.at < end and own.isdisjoint(row.evidence))
    return [dated(view, "attempt", row) for row in tried][:FEW]


def dated(view: View, say: str, row: Row) -> Fact:
    return Fact(say, row.evidence, {"title": deed(row, view.told), "at": view.when(row.at, row.precision_s)})


def flapping(view: View) -> list[Fact]:
    """Alerts that fired again and again."""
    rows = [row for row in view.rows if row.kind in ALERTS and row.count >= FLAPS]
    return [
        Fact("flapping", row.evidence, {"title": row.title, "count": row.count, "service": row.service})
        for row in sorted(rows, key=lambda row: (-row.count, row.at, row.id))[:FEW]
    ]


def posts(view: View) -> list[Row]:
    """Status posts, and messages of the short timeline."""
    return [row for row in view.rows if row.kind == "status" or (row.kind == "message" and row.key)]


def first_post(view: View) -> list[Fact]:
    """The first status post after impact start, measured from detection where that is known, else from impact start."""
    start = view.at("impact_start")
    row = next((row for row in view.rows if row.kind == "status" and (start is None or row.at >= start)), None)
    if row is None:
        return []
    for name in ("detected", "impact_start"):
        seconds = view.after(row.at, name)
        if seconds is not None and seconds >= 0:
            when = view.relation(seconds, "detection" if name == "detected" else "impact start")
            quick = seconds <= QUICK_POST.total_seconds()
            limit = "" if quick else _limit(QUICK_POST)
            return [Fact("posted", row.evidence, {"title": row.title, "when": when, "quick": quick, "limit": limit})]
    return []


def gaps(view: View) -> list[Fact]:
    """Sources that could not give all that they hold; the notice is their evidence."""
    found = [notice for notice in view.timeline.notices if notice.gap]
    return [
        Fact("gap", (), {"source": one.source or "befell", "detail": view.language.listed(one.detail)})
        for one in found[:FEW]
    ]
