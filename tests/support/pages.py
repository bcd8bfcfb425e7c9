"""The pages of the documentation, taken apart by a Markdown reader."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
FOLDERS = (".", ".github", "docs", "docs/connectors", "docs/decisions", "examples/*", "lab")
PAGES = sorted({page for folder in FOLDERS for page in ROOT.glob(f"{folder}/*.md")})
_READER = MarkdownIt("commonmark").enable("table")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def tokens(page: Path) -> Iterator[Token]:
    """Every token of a page, the inline ones too."""
    for token in _READER.parse(page.read_text(encoding="utf-8")):
        yield token
        yield from token.children or ()


def code(page: Path) -> Iterator[str]:
    """Every line of code and every piece of it within a sentence, without prompts and comments."""
    for token in tokens(page):
        if token.type == "code_inline":
            yield token.content
        elif token.type in ("fence", "code_block"):
            yield from (line.removeprefix("$ ").split("  # ")[0].strip() for line in token.content.splitlines())


def anchors(page: Path) -> set[str]:
    """The ids that GitHub gives the headings of a page."""
    parsed = _READER.parse(page.read_text(encoding="utf-8"))
    headings = [after for one, after in pairwise(parsed) if one.type == "heading_open"]
    texts = ("".join(part.content for part in heading.children or ()) for heading in headings)
    return {re.sub(r"[^\w -]", "", text.casefold()).replace(" ", "-") for text in texts}
