"""The JSON contract of `befell timeline --format json`; others build on it, so it only grows."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from pipeline.timeline.model import Evidence, Milestone, Row, Timeline
from pipeline.times import rfc3339


def as_json(timeline: Timeline) -> dict[str, Any]:
    """One JSON object; times are RFC 3339 in UTC with a `Z`, durations are seconds."""
    incident = timeline.incident
    return {
        "incident": {
            "id": incident.id, "title": incident.title, "severity": incident.severity or None,
            "services": list(incident.services),
        },
        "window": {"start": rfc3339(timeline.window.start), "end": rfc3339(timeline.window.end)},
        "milestones": {name: found and _milestone(found) for name, found in timeline.milestones.items()},
        "durations": dict(timeline.durations),
        "trigger_candidates": [
            {
                "at": rfc3339(one.at), "title": one.title, "evidence": list(one.evidence), "score": one.score,
                "reason": one.reason,
            }
            for one in timeline.trigger_candidates
        ],
        "rows": [_row(row) for row in timeline.rows],
        "evidence": {name: _evidence(timeline.evidence[name]) for name in sorted(_cited(timeline))},
        "notices": [{"source": one.source, "kind": one.kind, "detail": one.detail} for one in timeline.notices],
        "ingest": {name: asdict(account) for name, account in sorted(timeline.accounts.items())},
    }  # fmt: skip


def _milestone(found: Milestone) -> dict[str, Any]:
    return {
        "at": rfc3339(found.at), "evidence": list(found.evidence), "rule": found.rule, "confidence": found.confidence,
        "overridden": found.overridden,
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {
        "at": rfc3339(row.at), "end": rfc3339(row.end) if row.end else None, "kind": row.kind,
        "phase": row.phase or None, "title": row.title, "service": row.service or None, "sources": list(row.sources),
        "count": row.count, "evidence": list(row.evidence), "key": row.key,
    }  # fmt: skip


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "at": rfc3339(one.at), "source": one.source, "native_id": one.native_id, "kind": one.kind, "title": one.title,
        "url": one.url or None, "value": one.value, "unit": one.unit or None, "query": one.query or None,
    }  # fmt: skip


def _cited(timeline: Timeline) -> set[str]:
    parts: list[Iterable[str]] = [row.evidence for row in timeline.rows]
    parts += [found.evidence for found in timeline.milestones.values() if found]
    parts += [one.evidence for one in timeline.trigger_candidates]
    return {name for part in parts for name in part}
