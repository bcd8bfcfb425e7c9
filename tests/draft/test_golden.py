"""Golden drafts: read the diff when one changes, then run `pytest tests/draft --update-golden`."""

from pathlib import Path

import pytest
from support.german import german
from support.hostile import hostile
from support.timelines import empty, rich

from pipeline.draft import Style, render, render_html

GOLDEN = Path(__file__).parent / "golden"


LANGUAGES = {rich: "en", empty: "en", hostile: "en", german: "de"}


@pytest.mark.parametrize(("make", "language"), LANGUAGES.items(), ids=[make.__name__ for make in LANGUAGES])
def test_drafts_are_what_they_were(make, language, request):
    timeline = make()
    markdown = render(timeline, Style(language=language))
    for ending, text in (("md", markdown), ("html", render_html(markdown, timeline))):
        golden = GOLDEN / f"{make.__name__}.{ending}"
        if request.config.getoption("--update-golden"):
            golden.write_bytes(text.encode())
        assert text == golden.read_bytes().decode()
