"""The PDF, as Poppler's programs read it."""

import re
import subprocess
from datetime import UTC, datetime
from importlib import import_module

import pytest
from support.hostile import hostile
from support.servers import require
from support.timelines import rich

from pipeline import formats
from pipeline.draft import render, render_html

MARGIN = 15 / 25.4 * 72  # points: a millimetre less than there is
AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _needs_pango() -> None:
    require("pdftotext")
    try:
        import_module("weasyprint")
    except OSError:
        require("pango")


@pytest.fixture(scope="module")
def made(page):
    return formats.convert("pdf", page, AT)


def read(program: str, content: bytes, *options: str) -> str:
    words = [program, *options, "-", *(["-"] if program == "pdftotext" else [])]
    return subprocess.run(words, input=content, capture_output=True, check=True).stdout.decode()


def test_the_same_page_gives_the_same_bytes(page, made):
    assert formats.convert("pdf", page, AT) == made


def test_it_states_the_time_of_the_incident_and_its_title(made):
    about = read("pdfinfo", made, "-isodates")
    assert re.search(r"Title: +Postmortem: INC-42", about)
    assert re.search(r"CreationDate: +2026-11-24T10:30:00Z", about)
    assert re.search(r"Page size: +.*A4", about)


def test_it_is_tagged_for_screen_readers(made):
    assert re.search(r"Tagged: +yes", read("pdfinfo", made))
    structure = read("pdfinfo", made, "-struct-text")
    assert {"H1", "H2", "Table", "TH", "Figure"} <= set(re.findall(r"^ *(\w+)", structure, re.MULTILINE))


def test_every_page_has_its_number(made):
    pages = read("pdftotext", made).rstrip("\f").split("\f")
    for number, text in enumerate(pages, start=1):
        assert re.search(rf"\b{number} ?/ ?{len(pages)}$", text.rstrip())


def test_what_was_folded_is_shown():
    page = render_html("<details><summary>More of it</summary>\n\nfolded text\n\n</details>\n", rich())
    assert "folded text" in read("pdftotext", formats.convert("pdf", page, AT))


def test_no_table_runs_over_the_edge(page, made):
    long = page.replace("</td>", f" {'&amp;x' * 200}</td>", 5)
    layout = read("pdftotext", made, "-bbox") + read("pdftotext", formats.convert("pdf", long, AT), "-bbox")
    for wide, words in re.findall(r'(?s)<page width="([\d.]+)"(.*?)</page>', layout):
        assert max(float(edge) for edge in re.findall(r'xMax="([\d.]+)"', words)) <= float(wide) - MARGIN


def test_the_evidence_lies_on_its_side(made):
    sizes = re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', read("pdftotext", made, "-bbox"))
    sideways = [float(width) > float(height) for width, height in sizes]
    assert sideways == sorted(sideways)
    assert sideways[0] is False
    assert sideways[-1] is True


def test_links_lead_out_and_within(made):
    links = read("pdfinfo", made, "-url")
    assert "https://" in links
    assert read("pdfinfo", made, "-dests").count('"e-') > 3


def test_the_picture_is_vectors_with_readable_labels(page, made):
    assert "Impact start 09:20:00" in read("pdftotext", made)


def test_no_text_of_a_source_breaks_it():
    timeline = hostile()
    text = read("pdftotext", formats.convert("pdf", render_html(render(timeline), timeline), AT), "-layout")
    assert "<script>alert(1)</script>" in text
    assert "What was hard" in text


def test_nothing_is_loaded_from_elsewhere(page):
    outside = page.replace("</style>", '@import url("http://127.0.0.1:9/x.css");</style>', 1)
    assert formats.convert("pdf", outside, AT).startswith(b"%PDF-")


def test_an_edited_file_is_known(made):
    assert formats.is_file_format(made)
    assert formats.is_untouched(made)
    assert not formats.is_untouched(made + b"\n% an annotation\n")
