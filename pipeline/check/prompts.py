"""What a draft asks its reviewer: open questions, and places to fill in."""

import re
from collections.abc import Iterator

from pipeline.check.page import QUOTED, Block, Page
from pipeline.check.rule import Found, rule

_PLACE = re.compile(r"(?:_[^_\s]+_[\s×]*)+")  # a cell to fill in: _set_, _1–3_ × _1–3_
_ANSWER = re.compile(r"_[^_\n]+:_\s*\Z")  # _Answer:_ with nothing after it
_BOX = re.compile(r"\s*[-*+] \[ \] ")
_TEAMS = re.compile(r":\s*_[^_\s]+_\s*\Z")
_LINKS = re.compile(r"\[[^\]]*\]\(#e-[^)]*\) ?(?:and \d+ more\b)?")
_ASKS = re.compile(
    r"not found in the evidence: |no evidence found; ask: |unknown: wh|unknown; suggestion: |was found: wh"
    r"|not named by the incident source: |What happened, in two sentences|within 48 h of resolution: when was",
    re.IGNORECASE,
)


def is_empty(cell: str) -> bool:
    """Whether a cell is still to be filled in."""
    return not cell or bool(_PLACE.fullmatch(cell))


def is_open(blocks: list[Block], index: int) -> bool:
    """Whether a block is a question that nobody answered, there or in what is indented below it."""
    block = blocks[index]
    if block.kind not in ("list", "quote", "text"):
        return False
    asks = _ANSWER.search(block.text) or _TEAMS.search(block.text)
    if not asks and not (_BOX.match(block.text) and block.text.rstrip().endswith("?")):
        return False
    below = blocks[index + 1] if index + 1 < len(blocks) else None
    return not (below and below.text[:1] in (" ", "\t", ">") and block.text[:1] not in (" ", "\t"))


@rule("prompt-left", "warning")
def prompt_left(page: Page) -> Iterator[Found]:
    """No question of the draft is left open, and no place to fill in (actions and whys have rules of their own)."""
    blocks, asks = page.blocks, _asks(page)
    for index, block in enumerate(blocks):
        if (
            block.section in (*QUOTED, "actions")
            or block.part == "whys"
            or block.kind in ("marker", "heading", "fence")
        ):
            continue
        if is_open(blocks, index):
            asked = (
                re.sub(r"\s*_[^_\n]+:_\s*\Z", "", re.sub(r"\A\s*[-*+] (?:\[.\] )?", "", block.text))
                .strip()
                .lstrip("> ")
            )
            yield Found(block.line, f"still asks: {_short(asked)}", "Answer it, or take the line out.")
        elif block.kind == "row" and any(cell and is_empty(cell) for cell in block.cells):
            yield Found(block.line, f"is still to be filled in: {_short(block.cells[0])}.", "Fill it in, or delete it.")
        elif found := asks.search(block.text):
            asked = block.text[found.start() :].partition("|")[0].strip()
            yield Found(block.line, f"still asks: {_short(asked)}", "Write what you know, or that nobody knows.")


def _asks(page: Page) -> re.Pattern[str]:
    """What asks in English, and in the language of the draft."""
    theirs = (re.escape(text) for text, senses in page.words.items() if any(_ASKS.search(f"{one} ") for one in senses))
    return re.compile("|".join([_ASKS.pattern, *theirs]), re.IGNORECASE)


def _short(text: str) -> str:
    text = " ".join(_LINKS.sub("", text).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
