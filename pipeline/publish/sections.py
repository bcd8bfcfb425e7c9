"""Sections of a draft by their ids, as the comments in its Markdown name them."""

import re

from pipeline.draft.document import fenced

_CITED = re.compile(r"(?: ?\[[^\]]*\]\(#e-[^)]*\))+(?: and \d+ more(?=\W))?")
_WITHIN = re.compile(r"\[([^\]]*)\]\(#[^)]*\)")
_SECTION = re.compile(r"<!-- befell:([a-z-]+) -->")


def section(body: str, name: str) -> str:
    """The Markdown of a section without its heading and comment; "" where the draft has none of this id."""
    marks = _marks(body)
    for (found, _, start), (_, end, _) in zip(marks, [*marks[1:], ("", len(body), 0)], strict=True):
        if found == name:
            return re.sub(r"\A\s*#{1,6} .*\n", "", body[start:end]).strip()
    return ""


def _marks(body: str) -> list[tuple[str, int, int]]:
    """The id, start and end of each comment that names a section; what evidence says in a code block names none."""
    found, fence, at = [], "", 0
    for line in body.split("\n"):
        fence = fenced(line, fence)
        if not fence and (mark := _SECTION.fullmatch(line)):
            found.append((mark[1], at, at + len(line)))
        at += len(line) + 1
    return found


def heading(body: str, name: str) -> str:
    """The text of a section's heading, in the words of the draft."""
    start = next((end for found, _, end in _marks(body) if found == name), len(body))
    found = re.match(r"\s*#+ (.+)", body[start:])
    return found[1].strip() if found else ""


def uncited(text: str) -> str:
    """The text without the ids of evidence, and without links within the draft, which lead nowhere outside of it."""
    return _WITHIN.sub(r"\1", _CITED.sub("", text))
