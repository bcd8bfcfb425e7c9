"""What holds for every draft, however it was edited: each finding has a line of it, and line ends do not count."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from support.timelines import rich

from pipeline.check import LEVELS, RULES, Finding, Page, chosen, findings, formats
from pipeline.check.sarif import as_sarif
from pipeline.draft import render

LINES = render(rich()).split("\n")
DEFAULTS = chosen({}, "")
ODD = [
    *("", "---", "```", "| a | b |", "| --- |", "|", "| | | |", "## Action items", "<!-- befell:whys -->", "1."),
    *("> _Answer:_", "\t- [ ] ?", "- [ ] _x:_", "overrides: {severity: 3}", "<!-- befell:impact --> x", "‹password:1›"),
]
PLACE = st.integers(0, len(LINES) - 1)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), PLACE, st.one_of(st.sampled_from(ODD), st.text(max_size=30))),
        st.tuples(st.just("delete"), PLACE, st.integers(1, 60)),
        st.tuples(st.just("move"), PLACE, PLACE),
    ),
    max_size=6,
)


def after(edits: list[tuple[str, int, object]]) -> str:
    lines = list(LINES)
    for what, at, value in edits:
        at = min(at, len(lines))
        if what == "insert":
            lines.insert(at, str(value).replace("\r", ""))
        elif what == "delete":
            del lines[at : at + int(value)]  # type: ignore[call-overload]
        else:
            part = lines[at : at + 20]
            del lines[at : at + 20]
            lines[int(value) : int(value)] = part  # type: ignore[call-overload]
    return "\n".join(lines)


def found_in(text: str) -> list[Finding]:
    return findings(Page(text), "draft.md", DEFAULTS)


@settings(max_examples=120, deadline=None)
@given(EDITS)
def test_every_finding_has_a_line_of_the_draft(edits: list[tuple[str, int, object]]) -> None:
    text = after(edits)
    found = found_in(text)
    assert all(1 <= one.line <= text.count("\n") + 1 and one.what and one.fix for one in found)
    assert found == sorted(found, key=lambda one: (one.line, -LEVELS.index(one.level)))
    assert found_in(text.replace("\n", "\r\n")) == found
    assert len(json.loads(as_sarif(found, RULES, DEFAULTS, "1.0"))["runs"][0]["results"]) == len(found)
    assert formats.as_github(found).count("\n") == len(found)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(1 <= one.line <= len(Page(text).lines) for one in found_in(text))
