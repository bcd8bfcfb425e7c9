"""Evidence text can neither break a draft nor put anything into its HTML."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.hostile import HOSTILE, hostile
from support.timelines import rich

from pipeline.draft import render, render_html
from pipeline.draft.text import Markdown, clean, cut, excerpt, finalize, link, md, url

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ALPHABET = "ab1 .)(\\`*_[]{}<>#+-=|~&!:@$\"'/\n\r\t\u2028\u202e;é表"
texts = st.one_of(st.text(), st.text(alphabet=ALPHABET), st.sampled_from(HOSTILE))


class Reader(HTMLParser):
    """What a browser would see: the tags, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.told = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.told += text


def words(text: str) -> list[str]:
    return clean(text).split()


@given(texts)
@settings(max_examples=500, deadline=None)
def test_text_is_shown_letter_for_letter_in_a_paragraph(text):
    seen = Reader(READER.render(md(text, 10_000)))
    assert [tag for tag, _ in seen.tags] in (["p"], [])
    assert words(seen.told) == words(text)


@given(st.lists(texts, min_size=3, max_size=3))
@settings(max_examples=500, deadline=None)
def test_a_table_keeps_its_columns(cells):
    row = "| " + " | ".join(md(cell, 10_000) for cell in cells) + " |"
    seen = Reader(READER.render(f"| a | b | c |\n| --- | --- | --- |\n{row}\n"))
    assert [tag for tag, _ in seen.tags if tag in ("tr", "td")] == ["tr", "tr", "td", "td", "td"]
    assert {tag for tag, _ in seen.tags} == {"table", "thead", "tbody", "tr", "th", "td"}
    assert words(seen.told) == words("a b c " + " ".join(cells))


@given(texts, texts)
@settings(deadline=None)
def test_text_in_a_heading_a_list_and_a_link_stays_text(first, second):
    page = f"## {md(first)}\n\n- {md(second)}\n\n{link('open', second)}\n"
    seen = Reader(READER.render(page))
    assert {tag for tag, _ in seen.tags} <= {"h2", "ul", "li", "p", "a"}
    assert all(at.get("href", "http").startswith(("http", "mailto")) for _, at in seen.tags)


@given(texts)
@settings(deadline=None)
def test_an_excerpt_is_one_code_block(text):
    tokens = READER.parse(excerpt(text) + "\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]


@given(st.lists(texts, min_size=1, max_size=12))
@settings(max_examples=12, deadline=None)
def test_whole_drafts_hold_the_tags_of_their_templates_only(evil):
    timeline = hostile(tuple(evil))
    page = render_html(render(timeline), timeline)
    seen = Reader(page)
    ours = Reader(render_html(render(rich()), rich()))
    assert {tag for tag, _ in seen.tags} <= {tag for tag, _ in ours.tags}
    assert all(not name.startswith("on") for _, at in seen.tags for name in at)
    for _, at in seen.tags:
        assert at.get("href", "#").startswith(("#", "http://", "https://", "mailto:"))


def test_every_row_of_a_hostile_draft_has_the_columns_of_its_head():
    timeline = hostile()
    columns = 0
    for tag in [*re.findall(r"<(/?thead|th|tr|td)\b", READER.render(render(timeline))), "tr"]:
        if tag == "thead":
            columns, cells, in_head = 0, 0, True
        elif tag == "/thead":
            cells, in_head = columns, False
        elif tag == "th":
            columns += 1
        elif tag == "tr" and not in_head:
            assert cells == columns
            cells = 0
        elif tag == "td":
            cells += 1
    assert columns


def test_a_long_title_is_cut_and_its_full_text_stays_in_the_evidence():
    timeline = rich()
    row = replace(timeline.rows[0], title="x" * 999)
    evidence = dict(timeline.evidence)
    evidence[row.evidence[0]] = replace(evidence[row.evidence[0]], title="x" * 999)
    draft = render(replace(timeline, rows=(row, *timeline.rows[1:]), evidence=evidence))
    assert "x" * 199 + "…" in draft
    assert "x" * 201 not in draft.split("## Evidence")[0]
    assert "x" * 999 in draft.split("## Evidence")[1]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain checkout_api 4.17.3", "plain checkout_api 4.17.3"),
        ("0.22 %", "0.22 %"),
        ("-5", "-5"),
        ("- item", r"\- item"),
        ("2. step", r"2\. step"),
        ("# head #", r"\# head \#"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("https://x.example", r"https\://x.example"),
        ("_private", r"\_private"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text, escaped):
    assert md(text) == escaped


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//x.example", "x", "", "http://[broken"]
)
def test_only_web_and_mail_addresses_become_links(address):
    assert url(address) == ""
    assert link("open", address) == "open"


def test_addresses_are_percent_encoded():
    assert (
        url("https://x.example/a b)(<>|?q=1&copy=2#é") == "https://x.example/a%20b%29%28%3C%3E%7C?q=1&amp;copy=2#%C3%A9"
    )


def test_an_excerpt_is_cut_to_some_lines():
    assert excerpt("\n".join("line" for _ in range(99))).count("\n") == 21
    assert cut("ab" * 200, 10) == "ababababa…"


def test_a_template_cannot_print_what_is_missing():
    assert finalize(Markdown("**x**")) == "**x**"
    for missing in (None, True, 1.5, ("a",)):
        with pytest.raises(TypeError):
            finalize(missing)
