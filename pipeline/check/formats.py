"""Findings as text, as JSON, and as annotations of GitHub."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from pipeline.check.rule import LEVELS, Finding

_GITHUB = {"error": "error", "warning": "warning", "hint": "notice"}


def as_text(found: Sequence[Finding], files: int) -> str:
    """`FILE:LINE: SEVERITY RULE: what is not right, and how to mend it`, a line each, then how many."""
    lines = [f"{one.file}:{one.line}: {one.level} {one.rule}: {one.what} {one.fix}" for one in found]
    return "\n".join([*lines, total(found, files)]) + "\n"


def total(found: Sequence[Finding], files: int) -> str:
    """`2 errors, 1 warning, 0 hints in 1 draft`."""
    counts = [_number(sum(one.level == level for one in found), level) for level in reversed(LEVELS)]
    return f"{', '.join(counts)} in {_number(files, 'draft')}"


def as_json(found: Sequence[Finding], files: Sequence[str]) -> str:
    """`{"files": […], "findings": [{file, line, rule, level, what, fix}]}`."""
    return json.dumps({"files": list(files), "findings": [asdict(one) for one in found]}, ensure_ascii=False) + "\n"


def as_github(found: Sequence[Finding]) -> str:
    """Workflow commands, `::error file=…,line=…,title=…::…` (docs.github.com, "Workflow commands")."""
    return "".join(
        f"::{_GITHUB[one.level]} file={_property(one.file)},line={one.line},title={_property(one.rule)}::"
        f"{_data(f'{one.what} {one.fix}')}\n"
        for one in found
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
