"""Front matter, title, summary and impact."""

from datetime import datetime
from typing import Any

from pipeline import times
from pipeline.draft import facts, words
from pipeline.draft.document import FORMAT
from pipeline.draft.view import View
from pipeline.event import ALERTS
from pipeline.incident import POSTMORTEM_REQUIRED, SEVERITIES
from pipeline.timeline.model import DURATIONS, MILESTONES, Row, Signal

ALERTS_SHOWN = 10
DURATION_OF = dict(zip(("detected", "acknowledged", "mitigated", "recovered"), DURATIONS, strict=True))


def front(view: View) -> dict[str, Any]:
    timeline, incident = view.timeline, view.timeline.incident
    return {
        "format": FORMAT,
        "incident": incident.id,
        "title": incident.title,
        "severity": incident.severity or None,
        "services": list(incident.services),
        "required": incident.severity in POSTMORTEM_REQUIRED if incident.severity else None,
        "start": times.rfc3339(timeline.window.start),
        "end": times.rfc3339(timeline.window.end),
        "milestones": {name: _stamp(view.at(name)) for name in MILESTONES},
        "review_due": _stamp(timeline.review_due),
    }


def _stamp(at: datetime | None) -> str | None:
    return times.rfc3339(at) if at else None


def summary(view: View) -> dict[str, Any]:
    timeline, incident = view.timeline, view.timeline.incident
    suggestion = timeline.severity_suggestion
    if suggestion:
        suggestion = (suggestion[0], view.told(suggestion[1]), suggestion[2])
    return {
        "id": incident.id,
        "title": incident.title,
        "url": incident.url,
        "source": incident.source,
        "severity": incident.severity,
        "level": view.told(SEVERITIES.get(incident.severity, "")),
        "raw": incident.severity_raw,
        "decided": {name: name in timeline.decided for name in ("severity", "services", "window")},
        "required": incident.severity in POSTMORTEM_REQUIRED,
        "suggestion": dict(zip(("level", "reason", "evidence"), suggestion, strict=True)) if suggestion else {},
        "services": incident.services,
        "window": view.told(f"{view.stamp(timeline.window.start)} to {view.stamp(timeline.window.end)}"),
        "milestones": [_milestone(view, name) for name in MILESTONES],
        "review_due": view.stamp(timeline.review_due),
        "review_due_evidence": timeline.review_due_evidence,
        "sentences": _sentences(view),
    }


def _milestone(view: View, name: str) -> dict[str, Any]:
    found = view.milestone(name)
    duration = view.timeline.durations.get(DURATION_OF.get(name, ""))
    return {
        "name": name,
        "known": found is not None,
        "at": view.dated_when(found.at) if found else "",
        "offset": words.offset(duration) if duration is not None else "",
        "confidence": view.told(found.confidence) if found else "",
        "reason": view.language.listed(found.reason) if found else "",
        "overridden": bool(found and found.overridden) or name in view.timeline.decided,
        "evidence": found.evidence if found else (),
    }


def _sentences(view: View) -> list[facts.Fact]:
    """Two to four: how long it lasted, what the main signal did, how it was detected, and what mitigated it."""
    found = facts.signals(view)[:1] or facts.logs(view, 1) or facts.first_sign(view)
    found += facts.told_by_people(view) or facts.detection(view)
    return [*_lasted(view), *found, *facts.mitigation(view)][:4]


def _lasted(view: View) -> list[facts.Fact]:
    start, end = view.milestone("impact_start"), view.milestone("recovered")
    seconds = view.timeline.durations.get("time_to_recover_s")
    if not (start and end and seconds and seconds > 0):
        return []
    part = {"span": words.span(seconds), "start": view.when(start.at), "end": view.when(end.at)}
    return [facts.Fact("lasted", view.cites("impact_start", "recovered"), part)]


def impact(view: View) -> dict[str, Any]:
    alarms = [row for row in view.rows if row.kind in ALERTS and row.moment == "fired"]
    logs = facts.error_logs(view)
    return {
        "signals": [_signal(view, signal) for signal in view.timeline.signals],
        "alerts": [_alert(view, row) for row in alarms[:ALERTS_SHOWN]],
        "alerts_left": max(0, len(alarms) - ALERTS_SHOWN),
        "firings": view.many(sum(row.count for row in alarms), "firing"),
        "errors": view.many(logs[0].count, "record") if logs else "",
        "templates": view.many(len(logs), "log template"),
        "log_evidence": tuple(log.id for log in logs),
        "services": _services(view),
    }


def _signal(view: View, signal: Signal) -> dict[str, Any]:
    cited = (signal.baseline_evidence, signal.onset_evidence, signal.peak_evidence, signal.recovered_evidence)
    return {
        "name": signal.name,
        "service": signal.service,
        "change": view.measured(signal.peak, signal.unit)
        if signal.baseline is None
        else view.language.digits(words.change(signal.baseline, signal.peak, signal.unit)),
        "peak_at": view.when(signal.peak_at),
        "objective": "" if signal.objective is None else view.measured(signal.objective, signal.unit),
        "onset": view.when(signal.onset),
        "recovered": view.when(signal.recovered),
        "evidence": tuple(name for name in cited if name) or signal.evidence,
    }


def _alert(view: View, row: Row) -> dict[str, Any]:
    return {
        "title": row.title,
        "service": row.service,
        "count": row.count,
        "first": view.when(row.at, row.precision_s),
        "end": view.when(row.end, row.precision_s),
        "evidence": row.evidence,
    }


def _services(view: View) -> list[dict[str, Any]]:
    """Each service that alerts, signals or error logs name, with what names it."""
    named: dict[str, list[str]] = {}
    for signal in view.timeline.signals:
        if signal.onset is not None:
            named.setdefault(signal.service, []).append(signal.onset_evidence or signal.peak_evidence)
    for row in view.rows:
        if row.kind in ALERTS:
            named.setdefault(row.service, []).extend(row.evidence[:1])
    for log in facts.error_logs(view):
        named.setdefault(log.service, []).append(log.id)
    return [{"name": name, "evidence": tuple(ids)} for name, ids in sorted(named.items()) if name]
