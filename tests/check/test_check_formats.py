"""Findings as text, JSON, SARIF and annotations of GitHub."""

import json
from typing import Any

import jsonschema
import pytest

from pipeline.check import RULES, Finding, chosen, formats
from pipeline.check.sarif import as_sarif

FOUND = [
    Finding("post mortems/INC-7.md", 12, "action-owner", "error", "A1 has no owner.", "Name one team."),
    Finding("post mortems/INC-7.md", 12, "action-owner", "error", "A1 has no owner.", "Name one team."),
    Finding("a,b:c.md", 3, "prompt-left", "warning", "still asks: 100 %\nor less?", "Answer it."),
    Finding("a,b:c.md", 4, "personal-name", "hint", "names a person: Daniel.", "Write the role."),
]
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": r"^[\w./~%-]+$"}},
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                },
            },
        }
    },
}
RULE = {
    "type": "object",
    "required": ["id", "shortDescription", "defaultConfiguration"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "defaultConfiguration": {"properties": {"level": LEVEL, "enabled": {"type": "boolean"}}},
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
# What code scanning needs of SARIF 2.1.0 (OASIS, sections 3.13, 3.14, 3.19, 3.27).
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["unicodeCodePoints", "utf16CodeUnits"]},
                    "results": {"type": "array", "items": RESULT},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "version", "rules"],
                                "properties": {"rules": {"type": "array", "items": RULE}},
                            }
                        },
                    },
                },
            },
        },
    },
}


def test_text_has_a_line_a_finding_and_a_count() -> None:
    lines = formats.as_text(FOUND[1:], 2).splitlines()
    assert lines[0] == "post mortems/INC-7.md:12: error action-owner: A1 has no owner. Name one team."
    assert lines[-1] == "1 error, 1 warning, 1 hint in 2 drafts"


def test_json_has_every_finding() -> None:
    found = json.loads(formats.as_json(FOUND, ["a,b:c.md"]))
    assert found["files"] == ["a,b:c.md"]
    assert found["findings"][3] == {
        "file": "a,b:c.md", "line": 4, "rule": "personal-name", "level": "hint", "what": "names a person: Daniel.",
        "fix": "Write the role.",
    }  # fmt: skip


def test_annotations_are_escaped() -> None:
    error, _, warning, notice = formats.as_github(FOUND).splitlines()
    assert error == "::error file=post mortems/INC-7.md,line=12,title=action-owner::A1 has no owner. Name one team."
    assert warning.startswith("::warning file=a%2Cb%3Ac.md,line=3,title=prompt-left::still asks: 100 %25%0Aor less?")
    assert notice.startswith("::notice ")


@pytest.mark.parametrize("found", [FOUND, []])
def test_sarif_is_what_code_scanning_reads(found: list[Finding]) -> None:
    log = json.loads(as_sarif(found, RULES, chosen({"secret": "off"}, ""), "1.0"))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == [one.id for one in RULES]
    assert {one["id"] for one in rules if not one["defaultConfiguration"]["enabled"]} == {"secret"}
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert [one["level"] for one in run["results"]] == ["error", "error", "warning", "note"][: len(found)]


def test_the_same_finding_twice_has_two_fingerprints_and_a_moved_one_keeps_its_own() -> None:
    def prints(found: list[Finding]) -> list[str]:
        (run,) = json.loads(as_sarif(found, RULES, chosen({}, ""), "1.0"))["runs"]
        return [one["partialFingerprints"]["finding/v1"] for one in run["results"]]

    first, second, *_ = prints(FOUND)
    assert first != second
    assert prints([Finding(**{**{n: getattr(FOUND[0], n) for n in FOUND[0].__slots__}, "line": 99})]) == [first]
