"""Sections of a draft by their ids, as the comments in its Markdown name them."""

import re

_CITED = re.compile(r"(?: ?\[[^\]]*\]\(#e-[^)]*\))+(?: and \d+ more(?=\W))?")
_WITHIN = re.compile(r"\[([^\]]*)\]\(#[^)]*\)")
_SECTION = re.compile(r"^<!-- befell:([a-z-]+) -->$", re.MULTILINE)


def section(body: str, name: str) -> str:
    """The Markdown of a section without its heading and comment; "" where the draft has none of this id."""
    marks = [*_SECTION.finditer(body)]
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if mark[1] == name:
            text = body[mark.end() : following.start() if following else None]
            return re.sub(r"\A\s*#{1,6} .*\n", "", text).strip()
    return ""


def heading(body: str, name: str) -> str:
    """The text of a section's heading, in the words of the draft."""
    found = re.search(rf"^<!-- befell:{re.escape(name)} -->\s*#+ (.+)$", body, re.MULTILINE)
    return found[1].strip() if found else ""


def uncited(text: str) -> str:
    """The text without the ids of evidence, and without links within the draft, which lead nowhere outside of it."""
    return _WITHIN.sub(r"\1", _CITED.sub("", text))
