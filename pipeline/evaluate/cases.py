"""Labelled incidents: a folder each, with the evidence and what is true of it (`gold.json`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline import snapshot as snapshots
from pipeline import times
from pipeline.collect import collect
from pipeline.config import load
from pipeline.errors import BefellError
from pipeline.snapshot import Snapshot

NEAR_S = 60.0
NAMES = ("impact_start", "detected", "mitigated", "recovered")


@dataclass(frozen=True)
class Case:
    """One labelled incident. `gold.json` holds, all optional but `org`:

    `org`; `milestones` {name: time or null, where null means that the report states none; a name left out is not
    scored}; `alternates` {name: [times that the report supports as well]}; `within_s`, how near is right (else 60);
    `trigger` {"time"}; `key_events`, `decoys` [native ids]; `failures`, how many requests failed; `same` [[native ids
    that tell of one thing]].
    """

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def gold(self) -> Mapping[str, Any]:
        path = self.folder / "gold.json"
        try:
            found: Mapping[str, Any] = json.loads(path.read_text())
        except ValueError as problem:
            raise BefellError(f"{problem}.", where=str(path), fix="Mend the JSON.") from None
        trigger = found.get("trigger")
        if trigger is not None and not (isinstance(trigger, dict) and "time" in trigger):
            fix = 'Write {"time": "…Z", "title_contains": "…"}, or null where there is none.'
            raise BefellError("trigger: has no time.", where=str(path), fix=fix)
        return found

    @property
    def org(self) -> str:
        return str(self.gold.get("org", "unknown"))

    def times(self, name: str) -> list[datetime]:
        """The times that are right for a milestone; none where the report states none."""
        stated = self.gold.get("milestones", {}).get(name)
        others = self.gold.get("alternates", {}).get(name, [])
        return [times.parse(text) for text in ([stated, *others] if stated else [])]

    @property
    def near(self) -> timedelta:
        """How far from a stated time an answer may be and still be right."""
        return timedelta(seconds=float(self.gold.get("within_s", NEAR_S)))

    @cached_property
    def evidence(self) -> Snapshot:
        """The snapshot beside the gold, or what the case's own config.yaml collects."""
        kept = self.folder / "snapshot.jsonl.gz"
        if kept.exists():
            return snapshots.read(kept)
        config = load(self.folder / "config.yaml", {})
        (incident,) = json.loads((self.folder / "incidents.json").read_text())
        return collect(incident["id"], config, lambda: datetime.now(UTC))


def find_cases(folder: Path) -> list[Case]:
    """Every case below a folder, ordered by name; BefellError where there is none."""
    found = sorted((Case(path.parent) for path in folder.rglob("gold.json")), key=lambda case: case.name)
    if not found:
        raise BefellError("holds no labelled incident.", where=str(folder), fix="Name a folder with gold.json files.")
    return found
