"""Review meeting, data sources and the evidence list."""

from dataclasses import asdict
from typing import Any, NamedTuple

from pipeline.draft.citations import Citations, anchor
from pipeline.draft.text import EVIDENCE_LENGTH
from pipeline.draft.view import View, role
from pipeline.timeline.model import Evidence

LOG_UNIT = "records"
COUNTS = ("read", "parsed", "rejected", "outside_window", "shown", "merged", "summarised", "bytes_skipped")


def review(view: View) -> dict[str, Any]:
    people = (row for row in view.rows if row.kind not in ("deploy", "change"))  # a pipeline attends no meeting
    roles = sorted({role(row, view.told) for row in people if row.actor_role})
    return {"due": view.stamp(view.timeline.review_due), "evidence": view.timeline.review_due_evidence, "roles": roles}


def sources(view: View) -> dict[str, Any]:
    timeline = view.timeline
    return {
        "accounts": [
            {"name": name} | {count: view.count(number) for count, number in asdict(account).items() if count in COUNTS}
            for name, account in sorted(timeline.accounts.items())
        ],
        "redactions": [
            {"kind": view.told(kind), "number": view.count(number)}
            for kind, number in sorted(timeline.redactions.items())
        ],
        "notices": [
            {
                "source": one.source or "befell",
                "kind": view.told(one.kind),
                "detail": view.language.listed(one.detail),
                "gap": one.gap,
            }
            for one in timeline.notices
        ],
    }


class Entry(NamedTuple):
    """A line of the evidence list; there may be many, and a template reads attributes much faster than keys."""

    id: str
    anchor: str
    known: bool
    at: str = ""
    source: str = ""
    kind: str = ""
    text: str = ""
    value: str = ""
    query: str = ""
    url: str = ""
    length: int = EVIDENCE_LENGTH


def evidence(view: View, citations: Citations) -> list[Entry]:
    """Every id that the draft has cited by now; call it last."""
    return [_entry(view, name, citations.evidence.get(name)) for name in citations.named()]


def _entry(view: View, name: str, found: Evidence | None) -> Entry:
    if found is None:
        return Entry(name, anchor(name), known=False)
    body = found.body
    if found.unit == LOG_UNIT:  # befell says why the template stands out, then comes the record
        why, end, record = body.partition("\n")
        body = view.language.listed(why) + end + record
    told = found.title if not body or body in found.title else f"{found.title} – {body}"
    value = "" if found.value is None else view.measured(found.value, found.unit)
    told = view.told(told) if found.kind == "metric" and found.value is not None else told
    return Entry(
        name,
        anchor(name),
        True,
        view.when(found.at),
        found.source,
        view.told(found.kind),
        told,
        value,
        found.query,
        found.url,
    )
