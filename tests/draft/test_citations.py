"""Nothing invented: every generated line with a number names its evidence, and every id named is listed."""

import re
from dataclasses import replace

import pytest
from support.hostile import hostile
from support.timelines import empty, rich

from pipeline.draft import render
from pipeline.draft.citations import Citations

LINK = re.compile(r"\]\(#(e-[\w-]+)\)")
# Accounting and forms; what they hold is counted, or asked.
EXEMPT = ("## Data sources", "## Evidence", "## Timeline at a glance", "## Review meeting")


def generated_lines(draft: str) -> list[str]:
    """The lines that state something: no front matter, headings, forms, fenced text, picture or accounting."""
    lines, section, fenced = [], "", ""
    for line in draft.split("---\n", 2)[2].splitlines():
        fence = re.match(r"`{3,}", line)
        if fence:
            fenced = "" if line == fenced else fenced or fence[0]
        elif fenced or re.match(r"#+ |<|\| ---|\d\. |Candidates|Rows with", line):
            section = line if line.startswith("## ") else section
        elif section not in EXEMPT:
            lines.append(line)
    return lines


def is_question(line: str) -> bool:
    """A question, a form to fill, a date heading, or what the incident source itself says."""
    said = ("| Incident |", "| Severity |", "| Services |", "| Window examined |", "| Id |", "| Milestone |")
    blank = "<!-- befell:action:A1 -->" in line or "<!-- befell:action:A2 -->" in line
    return "?" in line or blank or line.startswith(said) or line.endswith("all times UTC.") or line.startswith("**")


@pytest.mark.parametrize("make", [rich, empty])
def test_every_line_with_a_number_names_known_evidence(make):
    timeline = make()
    for line in generated_lines(render(timeline)):
        cited = LINK.findall(line)
        assert all(name[2:] in timeline.evidence for name in cited), line
        if re.search(r"\d", re.sub(r"\[.*?\]\(.*?\)", "", line)) and not is_question(line):
            assert cited or "(#data-sources)" in line, line


@pytest.mark.parametrize("make", [rich, empty, hostile])
def test_every_id_cited_is_listed_once(make):
    draft = render(make())
    anchors = re.findall(r'<a id="(e-[\w-]+)"></a>', draft)
    assert len(anchors) == len(set(anchors))
    assert set(LINK.findall(draft)) == set(anchors)


def test_all_rows_are_in_the_evidence_list():
    timeline = rich()
    draft = render(timeline)
    for row in timeline.rows:
        for name in row.evidence:
            assert f'<a id="e-{name}"></a>' in draft


def test_an_id_without_details_says_so():
    assert "the snapshot has no details of this id" in render(replace(rich(), evidence={}))


def test_many_citations_are_counted_but_all_are_remembered():
    citations = Citations({})
    assert citations.cite([f"id{n}aaaaaa" for n in range(6)]).endswith("[id3aaa](#e-id3aaaaaa) and 2 more")
    assert len(citations.named()) == 6
    assert citations.cite(["same", "same", ""]) == "[same](#e-same)"
    assert citations.cite('"><script>') == "[___scr](#e-___script_)"
