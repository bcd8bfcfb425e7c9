"""Which sections a postmortem must have, and that somebody filled them."""

from collections.abc import Iterator

from pipeline.check.page import HEADINGS, Block, Page
from pipeline.check.prompts import is_empty, is_open
from pipeline.check.rule import Found, rule

REQUIRED = (
    "summary", "impact", "timeline", "analysis", "communications", "well", "hard", "actions", "review", "evidence",
)  # fmt: skip


@rule("section-missing", "error")
def section_missing(page: Page) -> Iterator[Found]:
    """Summary, impact, key timeline, root cause analysis, communications, what went well, what was hard, action items,
    review meeting and evidence are there."""
    there = {block.section for block in page.blocks}
    for name in REQUIRED:
        if name not in there:
            fix = f"Add a section “## {HEADINGS[name]}”, or the comment <!-- befell:{name} --> above its heading."
            yield Found(len(page.lines), f"has no section {HEADINGS[name]}.", fix)


@rule("section-empty", "error")
def section_empty(page: Page) -> Iterator[Found]:
    """Each of these sections says something besides questions and places to fill in; the summary in sentences."""
    for name in REQUIRED:
        blocks = page.within(name)
        heads = {block.line - 1 for block in blocks if block.is_rule}
        said = (
            _says(blocks, index) and block.line not in heads and (name != "summary" or block.kind != "row")
            for index, block in enumerate(blocks)
        )  # fmt: skip
        if name in {block.section for block in page.blocks} and not any(said):
            yield Found(page.place(name), f"section {HEADINGS[name]} says nothing yet.", "Fill it in.")


def _says(blocks: list[Block], index: int) -> bool:
    block = blocks[index]
    if block.kind == "row":
        return not block.is_rule and any(cell != "☐" and not is_empty(cell) for cell in block.cells[1:])
    tag = block.text.strip().startswith(("<details", "</details", "<summary"))
    return not tag and not is_open(blocks, index)
