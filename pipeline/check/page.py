"""A draft as the rules read it: front matter and blocks, each with its line in the file."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline import times
from pipeline.check.wording import english
from pipeline.draft import document
from pipeline.draft.overrides import overrides_of
from pipeline.errors import BefellError
from pipeline.redact import Redactor
from pipeline.redraft.items import cells, items, keys
from pipeline.timeline.model import MILESTONES
from pipeline.timeline.overrides import Overrides

HEADINGS: Mapping[str, str] = {
    "summary": "Summary", "impact": "Impact", "picture": "Timeline at a glance", "timeline": "Key timeline",
    "full-timeline": "Full timeline", "logs": "Log excerpts", "analysis": "Root cause analysis",
    "communications": "Communications", "well": "What went well", "hard": "What was hard", "actions": "Action items",
    "review": "Review meeting", "sources": "Data sources", "evidence": "Evidence",
}  # fmt: skip
PARTS: Mapping[str, str] = {
    "candidates": "Trigger candidates", "whys": "Five whys", "fishbone": "Contributing factors by category",
}  # fmt: skip
QUOTED = ("picture", "full-timeline", "logs", "sources", "evidence")  # what sources said, not what a reviewer wrote
_MARKER = re.compile(r"<!-- befell:([\w:-]+) -->")
_KNOWN = {name.casefold(): key for key, name in (*HEADINGS.items(), *PARTS.items())}


@dataclass(frozen=True, slots=True)
class Block:
    """A row, list item, paragraph, quote, fence or heading; `section` and `part` are ids, or headings of one's own."""

    line: int
    kind: str
    text: str
    section: str
    part: str

    @property
    def cells(self) -> list[str]:
        """What a row has between its pipes."""
        return [cell.strip() for cell in cells(self.text.strip())[1:-1]]

    @property
    def is_rule(self) -> bool:
        """Whether this is the line below the head of a table."""
        return self.kind == "row" and not set(self.text) - set("|-: ")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the evidence itself says: every id that there is, and when the incident was resolved."""

    ids: frozenset[str]
    resolved_at: datetime | None = None


@dataclass
class Page:
    """A draft, whatever its line ends. `kept` is None where no snapshot is at hand; `people` are roles by name.

    `templates` is the folder of templates of one's own, which may have words of a language.
    """

    text: str
    kept: Kept | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    redactor: Redactor = field(default_factory=Redactor)
    templates: Path | None = None
    front: dict[str, Any] = field(init=False, default_factory=dict)
    overrides: Overrides = field(init=False, default_factory=Overrides)
    problem: BefellError | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.text = self.text.removeprefix("\ufeff").replace("\r\n", "\n")
        try:
            self.front = document.split(self.text, "draft")[0]
            self.overrides = overrides_of(self.text, "draft")
        except BefellError as problem:
            self.problem = problem

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def blocks(self) -> list[Block]:
        """Every block of the body, in order."""
        body = document.parts(self.text)[1]
        lines = body.split("\n")
        return list(_blocks(lines, len(self.lines) - len(lines), self.senses))

    def senses(self, text: str) -> tuple[str, ...]:
        """A text and what it may be in the English that the rules know, if it is of the language of the draft."""
        return text.casefold(), *self.words.get(text.casefold(), ())

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """The English of each text that templates say in the language of this draft; none in English."""
        return english(str(self.front.get("language") or "en"), self.templates)

    @cached_property
    def key_lines(self) -> dict[str, int]:
        """The line of each key of the front matter, also of `milestones.detected` and `window.end`."""
        found: dict[str, int] = {}
        line = 2
        for item in keys(document.parts(self.text)[0]):
            name = item.key.removeprefix("key ")
            for offset, text in enumerate(item.text.split("\n")):
                inner = re.match(r"\s+(\w+):", text)
                if name and (offset == 0 or inner):
                    found.setdefault(f"{name}.{inner[1]}" if inner else name, line + offset)
            line += item.text.count("\n") + 1
        return found

    def line_of(self, key: str) -> int:
        """The line of a key, of what holds it, or of the front matter."""
        return self.key_lines.get(key) or self.key_lines.get(key.partition(".")[0]) or 1

    def within(self, name: str) -> list[Block]:
        """The blocks of a section or part, without comments and headings."""
        inside = (block for block in self.blocks if name in (block.section, block.part))
        return [block for block in inside if block.kind not in ("marker", "heading")]

    def place(self, name: str) -> int:
        """The line of a section or part; the first line where there is none."""
        return next((block.line for block in self.blocks if name in (block.section, block.part)), 1)

    def tables(self, name: str) -> Iterator[tuple[list[str], list[Block]]]:
        """The head and the rows of each table of a section."""
        rows: list[Block] = []
        for block in [*self.within(name), None]:
            if block and block.kind == "row" and (not rows or block.line == rows[-1].line + 1):
                rows.append(block)
                continue
            if len(rows) > 1 and rows[1].is_rule:
                yield rows[0].cells, rows[2:]
            rows = [block] if block and block.kind == "row" else []

    @property
    def severity(self) -> str:
        """What the reviewer set, else what the front matter says."""
        return self.overrides.severity or str(self.front.get("severity") or "")

    def milestones(self) -> dict[str, datetime]:
        """The milestones that are known, with what the reviewer set."""
        stated = self.front.get("milestones")
        found = {name: when(stated.get(name)) for name in MILESTONES} if isinstance(stated, dict) else {}
        return {name: at for name, at in {**found, **self.overrides.milestones}.items() if at}


def when(value: Any) -> datetime | None:
    """A time of the front matter, None where it is none; without a zone it counts as UTC."""
    if isinstance(value, str):
        try:
            return times.parse(value, UTC)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


def _blocks(lines: list[str], above: int, senses: Callable[[str], tuple[str, ...]]) -> Iterator[Block]:
    section = part = ""
    marked = False  # a comment named what the heading below it begins
    at = 0
    for item in items(lines):
        while not lines[at].strip():
            at += 1
        if item.kind == "marker" and (found := _MARKER.match(item.text)):
            part, marked = found[1], True
            section = part if part in HEADINGS else section
        elif item.kind == "heading":
            hashes, _, title = item.text.partition(" ")
            key = next((_KNOWN[name] for name in senses(title.strip()) if name in _KNOWN), "")
            if not marked and (key or len(hashes) <= 3):
                part = key or (f"own {title.strip()}" if len(hashes) <= 2 else section)
                section = part if len(hashes) <= 2 or part in HEADINGS else section
            marked = False
        yield Block(above + at + 1, item.kind, item.text, section, part)
        at += item.text.count("\n") + 1
