"""A severity to suggest where the source gives none; never set by itself."""

from collections.abc import Sequence

from pipeline.event import ALERTS
from pipeline.timeline.model import Row, Signal

Suggestion = tuple[str, str, tuple[str, ...]]


def suggestion(rows: Sequence[Row], signals: Sequence[Signal]) -> Suggestion | None:
    """(severity, reason, evidence ids) by the framework in pipeline.incident, or None where nothing speaks for one."""
    ratios = [one for one in signals if one.unit in ("ratio", "%", "percent") and one.onset and one.bad == "up"]
    if ratios:
        worst = max(ratios, key=lambda one: _share(one))
        share, cite = _share(worst), (worst.peak_evidence,)
        level = "SEV-1" if share >= 0.5 else "SEV-2" if share >= 0.05 else "SEV-3"
        return level, f"{worst.name} peaked at {share:.1%}", cite
    fired = [row for row in rows if row.kind in ALERTS and row.moment == "fired" and not row.aside]
    critical = [row for row in fired if row.severity == "critical"]
    if critical:
        return "SEV-2", f"a critical alert fired: {critical[0].title}", critical[0].evidence[:1]
    if fired:
        return "SEV-3", f"an alert fired, none of them critical: {fired[0].title}", fired[0].evidence[:1]
    return None


def _share(signal: Signal) -> float:
    return signal.peak if signal.unit == "ratio" else signal.peak / 100
