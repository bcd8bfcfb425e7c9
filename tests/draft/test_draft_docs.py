"""docs/draft.md names every heading, id and front-matter key that a draft has."""

import re
from pathlib import Path

from support.timelines import rich

from pipeline.draft import render
from pipeline.draft.document import split

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "draft.md").read_text()
DRAFT = render(rich())


def test_headings_are_documented_in_order():
    assert re.findall(r"^\| ([A-Z][\w ]+) \| `", DOCS, re.MULTILINE) == re.findall(r"^## (.+)$", DRAFT, re.MULTILINE)


def test_ids_are_documented():
    for name in re.findall(r"<!-- befell:([a-z-]+)", DRAFT):
        assert f"`{name}" in DOCS


def test_front_matter_keys_are_documented():
    for key in split(DRAFT)[0]:
        assert f"`{key}`" in DOCS
