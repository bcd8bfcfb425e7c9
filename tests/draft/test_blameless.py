"""Nobody is blamed: our own words name systems and roles."""

import re
from pathlib import Path

import pytest
from support.timelines import empty, rich

from pipeline.draft import render

BLAMING = re.compile(
    r"\b(?:fail(?:s|ed|ure)? to|should(?:n't)? (?:not )?have|(?:human|operator|user) error|mistake\w*|blame\w*|"
    r"fault\w*|careless\w*|neglig\w*|incompeten\w*|forgot\w*|ignor(?:ed|ing)|overlooked|caused by|root cause is|"
    r"too slow|didn't bother|"
    r"who (?:broke|caused|did)|culprit|guilty|sloppy|obviously)\b",
    re.IGNORECASE,
)
TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "templates").rglob("*.j2"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_do_not_blame(path):
    assert not BLAMING.search(path.read_text())


@pytest.mark.parametrize("make", [rich, empty])
def test_drafts_do_not_blame(make):
    assert not BLAMING.search(render(make()))
