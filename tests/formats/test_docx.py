"""The DOCX: what a reader of Word gets to see of the page."""

import html
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.hostile import HOSTILE, hostile
from support.timelines import rich

from pipeline import formats
from pipeline.draft import render, render_html

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(page):
    return formats.convert("docx", page, AT)


def converted(markdown: str) -> bytes:
    return formats.convert("docx", render_html(markdown, rich()), AT)


def text(document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_same_page_gives_the_same_bytes(page, made):
    assert formats.convert("docx", page, AT) == made


def test_it_states_the_time_of_the_incident_and_its_title(made, opened):
    properties = opened(made).core_properties
    assert (properties.created, properties.modified) == (AT, AT)
    assert properties.title.startswith("Postmortem: INC-42")
    assert {item.date_time for item in zipfile.ZipFile(io.BytesIO(made)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_headings_are_headings_in_the_order_of_the_page(page, made, opened):
    found = [one.text for one in opened(made).paragraphs if re.fullmatch("Heading [12]", one.style.name)]
    assert found == [re.sub("<[^>]+>", "", one) for one in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", page)]


def test_every_table_is_there_and_repeats_its_header_row(page, made, opened):
    tables = opened(made).tables
    assert len(tables) == page.count("<table>")
    for table in tables:
        first, *others = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert not any(row._tr.trPr.find(qn("w:tblHeader")) is not None for row in others)
        assert all(run.bold for cell in first.cells for run in cell.paragraphs[0].runs)


def test_the_picture_is_an_image_with_its_text(made, opened):
    (shape,) = opened(made).inline_shapes
    assert "Milestones: impact start" in shape._inline.docPr.get("descr")
    (name,) = (name for name in zipfile.ZipFile(io.BytesIO(made)).namelist() if name.endswith(".png"))
    assert zipfile.ZipFile(io.BytesIO(made)).read(name).startswith(b"\x89PNG")


def test_the_evidence_lies_on_its_side(made, opened):
    upright, sideways = opened(made).sections
    assert upright.page_width < upright.page_height
    assert sideways.page_width > sideways.page_height


def test_what_was_folded_is_shown(opened):
    markdown = "<details><summary>More of it</summary>\n\nfolded text\n\n| A |\n|---|\n| cell |\n\n</details>\n"
    document = opened(converted(markdown))
    assert [one.text for one in document.paragraphs if one.text] == ["More of it", "folded text"]
    assert document.tables[0].rows[1].cells[0].text == "cell"


def test_links_lead_out_and_within(made, opened):
    document = opened(made)
    links = document.element.findall(f".//{qn('w:hyperlink')}")
    targets = {mark.get(qn("w:name")) for mark in document.element.findall(f".//{qn('w:bookmarkStart')}")}
    anchors = [link.get(qn("w:anchor")) for link in links if link.get(qn("w:anchor"))]
    assert anchors
    assert set(anchors) <= targets
    assert all(len(name) <= 40 for name in targets)
    outside = {document.part.rels[link.get(qn("r:id"))].target_ref for link in links if link.get(qn("r:id"))}
    assert outside
    assert all(address.startswith("https://") for address in outside)


def test_each_numbered_list_begins_at_one(opened):
    document = opened(converted("1. a\n2. b\n\ntext\n\n1. c\n"))
    numbers = [one._p.pPr.numPr.numId.val for one in document.paragraphs if one.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]


def test_an_item_has_one_bullet_however_long_it_is(opened):
    document = opened(converted("- a\n\n  more of a\n\n  - inner\n\n    more\n- b\n"))
    assert [(one.style.name, one.text) for one in document.paragraphs if one.text] == [
        ("List Bullet", "a"), ("List Continue", "more of a"), ("List Bullet 2", "inner"), ("List Continue 2", "more"),
        ("List Bullet", "b"),
    ]  # fmt: skip


def test_text_is_bold_italic_struck_and_code(opened):
    (paragraph,) = (one for one in opened(converted("**b** _i_ ~~s~~ `c`\n")).paragraphs if one.text)
    looks = {
        run.text: (run.bold, run.italic, run.font.strike, run.font.name) for run in paragraph.runs if run.text.strip()
    }
    assert looks == {
        "b": (True, None, None, None), "i": (None, True, None, None), "s": (None, None, True, None),
        "c": (None, None, None, "Courier New"),
    }  # fmt: skip


def test_lines_of_code_stay_lines(opened):
    (paragraph,) = (one for one in opened(converted("```\na\n  b\n```\n")).paragraphs if one.style.name == "Code")
    assert paragraph.text == "a\n  b"


@pytest.mark.parametrize("written", HOSTILE)
def test_no_text_of_a_source_breaks_the_document(opened, written):
    timeline = hostile((written,))
    page = render_html(render(timeline), timeline)
    assert len(opened(formats.convert("docx", page, AT)).tables) == page.count("<table>")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_of_a_reviewer_gives_a_document(opened, written):
    opened(converted(f"# T\n\n{written}\n\n| A | B |\n|---|---|\n| {written} |\n"))


def test_a_draft_without_a_picture_has_none(opened):
    plain = "<html><head><title>T</title></head><body><main><p>x</p></main></body></html>"
    assert len(opened(formats.convert("docx", plain, AT)).inline_shapes) == 0


def test_an_edited_document_is_known(made, opened):
    assert formats.is_file_format(made)
    assert formats.is_untouched(made)
    document = opened(made)
    document.paragraphs[3].add_run("by a reviewer")
    saved = io.BytesIO()
    document.save(saved)
    assert formats.is_file_format(saved.getvalue())
    assert not formats.is_untouched(saved.getvalue())


def test_no_word_of_the_page_is_missing(page, made, opened):
    document = opened(made)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = set(re.findall(r"\w+", "\n".join([text(document), *cells])))
    main = re.sub(r"(?s)<svg.*?</svg>", "", page.partition("<main>")[2].partition("</main>")[0])
    assert set(re.findall(r"\w+", html.unescape(re.sub("<[^>]+>", " ", main)))) - written == set()
