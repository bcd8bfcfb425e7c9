"""Each rule of `befell check`: what it finds, on which line, and what it leaves alone."""

from pathlib import Path

import pytest
from support.timelines import empty, rich

from pipeline.check import RULES, Page, chosen, findings
from pipeline.draft import render

GOOD = (Path(__file__).resolve().parents[2] / "docs/check/good.md").read_text(encoding="utf-8")
DEFAULTS = chosen({}, "")


def told(text: str, rule: str, **more: object) -> list[tuple[str, str]]:
    """The line of the text and what was said of it, for one rule."""
    page = Page(text, **more)  # type: ignore[arg-type]
    return [(page.lines[one.line - 1], one.what) for one in findings(page, "draft.md", DEFAULTS) if one.rule == rule]


def edited(old: str, new: str) -> str:
    """The good draft with one edit."""
    assert old in GOOD
    return GOOD.replace(old, new)


def test_the_good_draft_has_no_finding() -> None:
    assert findings(Page(GOOD), "good.md", DEFAULTS) == []


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = render(rich())
    here = findings(Page(text), "draft.md", DEFAULTS)
    assert here
    assert findings(Page("\ufeff" + text.replace("\n", "\r\n")), "draft.md", DEFAULTS) == here


@pytest.mark.parametrize("make", [rich, empty])
def test_a_fresh_draft_asks_for_what_only_a_reviewer_knows(make) -> None:
    found = {one.rule for one in findings(Page(render(make())), "draft.md", DEFAULTS)}
    assert {"prompt-left", "whys-answered", "action-empty", "action-owner"} <= found
    assert not found & {"section-missing", "evidence-exists", "milestones-order", "secret", "front-matter"}


def test_befell_itself_neither_blames_nor_names() -> None:
    found = {one.rule for one in findings(Page(render(rich())), "draft.md", DEFAULTS)}
    assert not found & {"blaming-words", "personal-name"}


def test_every_rule_says_what_must_hold() -> None:
    assert len({one.id for one in RULES}) == len(RULES)
    assert all(one.about.endswith(".") for one in RULES)
