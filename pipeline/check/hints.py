"""Hints on how people appear in what a reviewer wrote: blaming words, and names."""

import re
from collections.abc import Iterator, Mapping

from pipeline.check.blame import blamed
from pipeline.check.names import names
from pipeline.check.page import QUOTED, Block, Page
from pipeline.check.rule import Found, rule

# Comments, code, links to evidence, addresses, and what is quoted from the evidence.
_NO_PROSE = re.compile(
    r"<!--.*?-->|`[^`\n]+`|\[[^\]\n]*\]\([^)\s]*\)|<a [^>]*>|</?\w+>|https?:\S+|“[^”]*”|\"[^\"\n]*\"", re.S
)
_EMPHASIS = re.compile(r"(?<!\w)_|_(?!\w)")
_WHO = {"actions": ("owner", 2), "review": ("attendee", 1)}  # columns that name people on purpose, and where they are


@rule("blaming-words", "hint")
def blaming_words(page: Page) -> Iterator[Found]:
    """No words that blame a person; systems and missing guardrails are the subject."""
    named = _on_purpose(page)
    for block in _written(page):
        text = _prose(block, named)
        seen = set()
        for one in sorted(blamed(text, page.people), key=lambda one: one.start):
            line = block.line + block.text.count("\n", 0, one.start)
            if (line, one.fix) not in seen:
                seen.add((line, one.fix))
                yield Found(line, f"blames: “{one.word}”.", one.fix)


@rule("personal-name", "hint")
def personal_name(page: Page) -> Iterator[Found]:
    """People appear by role; only owners of actions and attendees of the review are named."""
    roles = {name.casefold(): role for name, role in page.people.items()}
    named = _on_purpose(page)
    for block in _written(page):
        text = _prose(block, named)
        seen = set()
        for name in names(text, page.people):
            line, said = block.line + block.text.count("\n", 0, name.start()), name[0].split()[-1].lstrip("@")
            if (line, said) not in seen:
                seen.add((line, said))
                role = roles.get(name[0].lstrip("@").casefold(), "")
                fix = f"Write “{role}”." if role else "Write the role, such as on-call engineer or incident commander."
                yield Found(line, f"names a person: {said}.", fix)


def _written(page: Page) -> Iterator[Block]:
    """What a reviewer may have written; in sections that quote the evidence, paragraphs only."""
    for block in page.blocks:
        quoted = {block.section, block.part} & {*QUOTED, "candidates"} and block.kind != "text"
        if block.kind not in ("marker", "fence") and not block.is_rule and not quoted:
            yield block


def _on_purpose(page: Page) -> dict[int, int]:
    """The cell of each row that names who owns an action, or attends the review."""
    found: dict[int, int] = {}
    for section, (name, usual) in _WHO.items():
        for head, rows in page.tables(section):
            places = (at for at, title in enumerate(head) for one in page.senses(title) if one.startswith(name))
            cell = next(places, usual)
            found |= {row.line: cell for row in rows}
    return found


def _prose(block: Block, named: Mapping[int, int]) -> str:
    """The text with what is no prose blanked out, every character in its place; `named` as in _on_purpose."""
    text = block.text.replace("\n", " ")
    if (cell := named.get(block.line)) is not None:
        at = [found.start() for found in re.finditer(r"(?<!\\)\|", text)]
        if len(at) > cell + 1:
            text = text[: at[cell] + 1] + " " * (at[cell + 1] - at[cell] - 1) + text[at[cell + 1] :]
    return _EMPHASIS.sub(" ", _NO_PROSE.sub(lambda found: " " * len(found[0]), text))
