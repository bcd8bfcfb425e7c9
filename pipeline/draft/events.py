"""The timeline tables, log excerpts and communications."""

from datetime import datetime
from typing import Any, NamedTuple

from pipeline.draft import facts
from pipeline.draft.view import PHASES, View, what
from pipeline.event import ALERTS, LEVELS, Exemplar, LogSummary
from pipeline.timeline.model import MILESTONES, Row

ASIDE_SHOWN = 10
POSTS_SHOWN = 30
FULL_CITES = 12

Groups = dict[str, list[dict[str, Any]]]  # the lines of each phase


def key(view: View) -> dict[str, Any]:
    """The short timeline: one table a phase, an alert's resolve in the phase that it lies in."""
    groups: Groups = {name: [] for name in (*PHASES, "")}
    for row in view.timeline.rows:
        if not row.key or row.aside:
            continue
        phase = row.phase or view.phase_at(row.at)
        groups[phase].append(_line(view, row))
        if row.end and row.kind in ALERTS and (later := view.phase_at(row.end)) not in ("", phase):
            groups[later].append(_resolved(view, row))
    for name in MILESTONES:
        _mark(view, name, groups)
    return {
        "days": [] if view.dated else view.days,
        "phases": [{"name": name, "rows": sorted(lines, key=_order)} for name, lines in groups.items() if lines],
    }


def _order(line: dict[str, Any]) -> Any:
    return line["order"]


def _mark(view: View, name: str, groups: Groups) -> None:
    """Marks the line that a milestone stands on; one that stands on no line of the table gets its own."""
    found = view.milestone(name)
    if found is None:
        return
    for line in (line for lines in groups.values() for line in lines):
        if line["order"][0] == found.at and not set(found.evidence).isdisjoint(line["evidence"]):
            line["marks"] = [*line["marks"], name]
            line["what"] = line["bare"] if line["moment"] == name else line["what"]
            return
    told = [one for name in found.evidence if (one := view.timeline.evidence.get(name))]
    service, sources = (
        ", ".join(dict.fromkeys(getattr(one, part) for one in told if getattr(one, part)))
        for part in ("service", "source")
    )
    blank = {"resolved": False, "times": "", "service": service, "sources": sources, "marks": [name]}
    own = {
        "order": (found.at, ""),
        "at": view.when(found.at),
        "what": view.language.listed(found.reason),
        "evidence": found.evidence,
    }
    groups[view.phase_at(found.at)].append(blank | own)


class Full(NamedTuple):
    """A row of the full timeline; there may be many, and a template reads attributes much faster than keys."""

    at: str
    phase: str
    what: str
    url: str
    times: str
    aside: str
    service: str
    sources: str
    records: str
    rule: str
    evidence: tuple[str, ...]


def full(view: View) -> dict[str, Any]:
    rows = [_full(view, row) for row in view.timeline.rows]
    aside = [row for row in rows if row.aside]
    left = max(0, len(aside) - ASIDE_SHOWN)
    return {"rows": rows, "aside": aside[:ASIDE_SHOWN], "aside_left": left, "cites": FULL_CITES}


def _full(view: View, row: Row) -> Full:
    told, phase = view.told, row.phase or view.phase_at(row.at)
    return Full(
        view.when(row.at, row.precision_s), told(phase), what(row, told), row.url, _times(view, row), told(row.aside),
        row.service, ", ".join(row.sources), view.count(row.count), told(row.rule), row.evidence,
    )  # fmt: skip


def _line(view: View, row: Row) -> dict[str, Any]:
    return {
        "order": (row.at, row.id),
        "at": view.when(row.at, row.precision_s),
        "what": what(row, view.told),
        "bare": row.title,
        "moment": row.moment,
        "marks": [],
        "resolved": False,
        "times": _times(view, row),
        "service": row.service,
        "sources": ", ".join(row.sources),
        "url": row.url,
        "evidence": row.evidence,
    }


def _times(view: View, row: Row) -> str:
    """`3 firings, resolved 10:02:00`, `412 records, last 09:58:11`; "" for one record without an end."""
    end = view.when(row.end, row.precision_s)
    if row.kind in ALERTS:
        parts = [view.many(row.count, "firing")] if row.count > 1 else []
        parts += [view.told(f"resolved {end}")] if end and row.end_evidence else []
    else:
        parts = [view.many(row.count, "record")] if row.count > 1 else []
        parts += [view.told(f"last {end}" if row.count > 1 else f"until {end}")] if end else []
    return ", ".join(parts)


def _resolved(view: View, row: Row) -> dict[str, Any]:
    assert row.end is not None
    evidence = row.end_evidence or row.evidence
    end = {"order": (row.end, row.id), "at": view.when(row.end, row.precision_s)}
    return _line(view, row) | end | {"resolved": True, "times": "", "what": row.title, "evidence": evidence}


def logs(view: View) -> dict[str, Any]:
    aside = {row.id for row in view.timeline.rows if row.aside}
    shown = sorted((log for log in view.timeline.logs if log.template and log.id not in aside), key=_by_weight)
    others = [log for log in view.timeline.logs if log.template and log.id in aside]
    hidden = [log for log in view.timeline.logs if not log.template]
    return {
        "excerpts": [_excerpt(view, log) for log in shown],
        "others": view.many(len(others), "excerpt") if others else "",
        "hidden": view.many(sum(log.count for log in hidden), "further record") if hidden else "",
    }


def _by_weight(log: LogSummary) -> tuple[int, datetime, str]:
    """Worst level first, then by time."""
    return LEVELS.index(log.level) if log.level in LEVELS else len(LEVELS), log.first, log.id


def _excerpt(view: View, log: LogSummary) -> dict[str, Any]:
    told = any(count in log.reason for count in (str(log.count), f"{log.count:,}"))
    return {
        "title": facts.log_title(log),
        "records": "" if told else view.many(log.count, f"{log.level} record".strip()),
        "service": log.service,
        "first": view.when(log.first),
        "last": view.when(log.last) if log.last != log.first else "",
        "reason": view.language.listed(log.reason),
        "source": log.source or log.connector,
        "exemplars": [{"text": one.text, "place": _place(view, one)} for one in log.exemplars[:1]],
        "evidence": (log.id,),
    }


def _place(view: View, one: Exemplar) -> str:
    """The line, or the byte where the lines before it were not read."""
    if one.path and (one.line or one.offset):
        return view.told(f"{one.path}, line {one.line:,}" if one.line else f"{one.path}, byte {one.offset:,}")
    return one.path


def communications(view: View) -> dict[str, Any]:
    posts = facts.posts(view)
    return {
        "posts": [_line(view, row) | {"offset": view.offset(row.at)} for row in posts[:POSTS_SHOWN]],
        "left": max(0, len(posts) - POSTS_SHOWN),
        "public": any(row.kind == "status" for row in posts),
    }
