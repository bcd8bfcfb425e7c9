"""Which rows a reader sees first, and which are set aside with a reason."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.incident import Incident
from pipeline.timeline.model import Row

MOST = 25
_WEIGHT = {
    "alert": 3.0, "page": 2.5, "deploy": 2.5, "change": 2.5, "action": 2.5, "metric": 2.0, "status": 2.0, "log": 1.5,
    "message": 1.5,
}  # fmt: skip
_SEVERITY = {"critical": 1.5, "error": 1.0, "warning": 0.5}
LOGS = 6  # log excerpts among the key rows at most; the rest have their own section


def choose(rows: Sequence[Row], incident: Incident, cited: Collection[str], until: datetime | None) -> list[Row]:
    """The rows with `key` and `aside` set: at most MOST key rows, whatever the number of rows.

    `cited` are the evidence ids of milestones and trigger candidates: their rows are always key.
    Rows of services that the incident does not name are set aside, unless cited.
    """
    ours = {name.casefold() for name in incident.services}
    apart = {row.id: why for row in rows if (why := _aside(row, ours)) and not set(row.evidence) & set(cited)}
    ranked = sorted(
        (row for row in rows if row.id not in apart),
        key=lambda row: (-_weight(row, cited, until), row.at, row.id),
    )
    keys = {row.id for row in _few_logs(ranked) if _weight(row, cited, until) >= 2.0}
    chosen = [row.id for row in ranked if row.id in keys][:MOST]
    return [replace(row, key=row.id in chosen, aside=apart.get(row.id, "")) for row in rows]


def _weight(row: Row, cited: Collection[str], until: datetime | None) -> float:
    weight = _WEIGHT[row.kind] + _SEVERITY.get(row.severity, 0.0)
    weight += 10.0 * bool(set(row.evidence) & set(cited))
    return weight - 2.0 * (row.phase == "after") - (until is not None and row.at > until)


def _aside(row: Row, ours: Collection[str]) -> str:
    if ours and row.service and row.service.casefold() not in ours:
        return f"its service, {row.service}, is not one of the incident's"
    return ""


def _few_logs(ranked: Iterable[Row]) -> Iterable[Row]:
    logs = 0
    for row in ranked:
        logs += row.kind == "log"
        if row.kind != "log" or logs <= LOGS:
            yield row
