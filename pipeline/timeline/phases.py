"""The phase of each row, and the durations, from the milestones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipeline.timeline.model import Milestone, Phase, Row

_MEASURED = {
    "time_to_detect_s": "detected",
    "time_to_acknowledge_s": "acknowledged",
    "time_to_mitigate_s": "mitigated",
    "time_to_recover_s": "recovered",
}


def phased(rows: Sequence[Row], milestones: Mapping[str, Milestone | None]) -> list[Row]:
    """The rows with their phase; the row that a phase ends with still belongs to it.

    A milestone that is unknown bounds nothing: its phase is joined to the one after it.
    """
    at = {name: found.at for name, found in milestones.items() if found}
    if "impact_start" not in at and "detected" not in at:
        return list(rows)
    first = min(at[name] for name in ("impact_start", "detected") if name in at)
    return [row if (phase := _phase(row.at, first, at)) == row.phase else replace(row, phase=phase) for row in rows]


def _phase(moment: datetime, first: datetime, at: Mapping[str, datetime]) -> Phase:
    if moment < first:
        return "before"
    if "detected" in at and moment <= at["detected"]:
        return "detection"
    if "mitigated" in at and moment <= at["mitigated"]:
        return "mitigation"
    if "recovered" in at:
        if moment <= at["recovered"]:
            return "recovery" if "mitigated" in at else "mitigation"
        return "after"
    return "recovery" if "mitigated" in at else "mitigation" if "detected" in at else "detection"


def durations(milestones: Mapping[str, Milestone | None]) -> dict[str, float | None]:
    """Seconds from impact start to each milestone, None where either is unknown; negative where it came before."""
    start = milestones.get("impact_start")
    found: dict[str, float | None] = {}
    for name, milestone in _MEASURED.items():
        until = milestones.get(milestone)
        found[name] = (until.at - start.at).total_seconds() if start and until else None
    return found
