"""Which rows a reader sees first, and which are set aside with a reason."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import pandas as pd

from pipeline.incident import Incident
from pipeline.timeline.model import Row
from pipeline.timeline.rows import LOG_RULE
from pipeline.timeline.scope import in_scope
from pipeline.timeline.words import VOCABULARY, Vocabulary, add_cues

MOST = 25
LOGS = 6  # log excerpts among the key rows at most; the rest have their own section
ENOUGH = 2.0
EXCERPT = 1.1  # a log excerpt is key by its errors, not by being there
_KIND = {
    "alert": 3.0, "page": 2.5, "deploy": 2.5, "change": 2.5, "action": 2.2, "metric": 2.2, "log": 1.8, "message": 1.8,
    "status": 1.0,
}  # fmt: skip
_SEVERITY = {"critical": 1.5, "error": 1.0, "warning": 0.5}
_CUES = {"undo": 0.8, "remedy": 0.6, "bad": 0.3, "healthy": 0.3, "intent": 0.3, "investigation": 0.2}
_MACHINE = ("alert", "page", "deploy", "change")  # kinds that come by themselves, from every service; log excerpts too


def choose(
    rows: Sequence[Row], incident: Incident, cited: Collection[str], vocabulary: Vocabulary = VOCABULARY
) -> list[Row]:
    """The rows with `key` and `aside` set: at most MOST key rows, whatever the number of rows.

    `cited` are the evidence ids of milestones and trigger candidates: their rows are always key. What machines tell of
    services outside the incident is set aside; what people chose to write down is not.
    """
    if not rows:
        return []
    known = frozenset(cited)
    must = [not known.isdisjoint(row.evidence) for row in rows]
    frame = pd.DataFrame({"title": [row.title for row in rows], "service": [row.service for row in rows]}, dtype=object)
    ours = in_scope(frame, incident).tolist()
    apart = [
        f"its service, {row.service}, is not one of the incident's"
        if not (mine or cite) and (row.kind in _MACHINE or (row.kind == "log" and row.rule == LOG_RULE))
        else ""
        for row, mine, cite in zip(rows, ours, must, strict=True)
    ]
    inside = [index for index, aside in enumerate(apart) if not aside]
    weights = _weights(rows, add_cues(frame.loc[inside], vocabulary), must)
    ranked = sorted(
        (index for index in inside if weights[index] >= ENOUGH),
        key=lambda index: (-weights[index], rows[index].at, rows[index].id),
    )
    keys = set(list(_few_logs(rows, ranked))[:MOST])
    return [replace(row, key=index in keys, aside=apart[index]) for index, row in enumerate(rows)]


def _weights(rows: Sequence[Row], cues: pd.DataFrame, must: Sequence[bool]) -> dict[int, float]:
    """The weight of each row that `cues` has, by its place."""
    zero = pd.Series(0.0, index=cues.index)
    said = sum((weight * cues[cue].astype(float) for cue, weight in _CUES.items()), zero)
    first_post = next((index for index, row in enumerate(rows) if row.kind == "status"), None)
    weights: dict[int, float] = {}
    for index, words in zip(cues.index.tolist(), said.tolist(), strict=True):
        row = rows[index]
        weight = (EXCERPT if row.rule == LOG_RULE else _KIND[row.kind]) + _SEVERITY.get(row.severity, 0.0) + words
        weights[index] = weight + 10.0 * must[index] + 1.5 * (index == first_post) - 2.0 * (row.phase == "after")
    return weights


def _few_logs(rows: Sequence[Row], ranked: Iterable[int]) -> Iterable[int]:
    logs = 0
    for index in ranked:
        logs += rows[index].kind == "log"
        if rows[index].kind != "log" or logs <= LOGS:
            yield index
