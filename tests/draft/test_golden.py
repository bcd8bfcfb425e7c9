"""Golden drafts: read the diff when one changes, then run `pytest tests/draft --update-golden`."""

from pathlib import Path

import pytest
from support.hostile import hostile
from support.timelines import empty, rich

from pipeline.draft import render, render_html

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("make", [rich, empty, hostile], ids=lambda make: make.__name__)
def test_drafts_are_what_they_were(make, request):
    timeline = make()
    markdown = render(timeline)
    for ending, text in (("md", markdown), ("html", render_html(markdown, timeline))):
        golden = GOLDEN / f"{make.__name__}.{ending}"
        if request.config.getoption("--update-golden"):
            golden.write_bytes(text.encode())
        assert text == golden.read_bytes().decode()
