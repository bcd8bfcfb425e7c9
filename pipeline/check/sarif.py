"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pipeline.check.rule import OFF, Finding, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "hint": "note", OFF: "none"}


def as_sarif(found: Sequence[Finding], rules: Iterable[Rule], levels: Mapping[str, str], version: str) -> str:
    """One run with every rule; paths are relative to the folder that befell was called in."""
    described = [
        {
            "id": one.id,
            "shortDescription": {"text": one.about},
            "defaultConfiguration": {"level": _LEVELS[levels[one.id]], "enabled": levels[one.id] != OFF},
        }
        for one in rules
    ]
    places = {one["id"]: index for index, one in enumerate(described)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "befell", "version": version, "rules": described}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places, seen) for one in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _result(one: Finding, places: Mapping[Any, int], seen: Counter[str]) -> dict[str, Any]:
    mark = hashlib.sha256(f"{one.file}\0{one.rule}\0{one.what}".encode()).hexdigest()[:32]
    seen[mark] += 1  # the same again in a file is another finding, wherever its line moves
    return {
        "ruleId": one.rule,
        "ruleIndex": places[one.rule],
        "level": _LEVELS[one.level],
        "message": {"text": f"{one.what} {one.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(one.file.replace("\\", "/"))},
                    "region": {"startLine": one.line},
                }
            }
        ],
        "partialFingerprints": {"finding/v1": f"{mark}:{seen[mark]}"},
    }
