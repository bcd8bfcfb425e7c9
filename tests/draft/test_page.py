"""The HTML page: one file, offline, safe, and usable without a mouse."""

import itertools
import re

from support.timelines import empty, rich

from pipeline.draft import render, render_html

PAGE = render_html(render(rich()), rich())


def test_it_loads_nothing_and_runs_nothing():
    assert not re.search(r"<(?:script|link|img|iframe|object|embed|form)\b|@import|url\(|\son\w+=", PAGE)


def test_the_picture_stands_in_place_of_the_mermaid_text():
    assert PAGE.count("<svg") == 1
    assert "dateFormat" not in PAGE
    assert PAGE.index("Timeline at a glance</h2>") < PAGE.index("<svg") < PAGE.index("Key timeline</h2>")
    assert re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', PAGE)
    assert '<desc id="befell-svg-desc">Milestones: impact start 09:20:00' in PAGE


def test_every_link_within_the_page_has_its_target():
    ids = re.findall(r'\bid="([^"]+)"', PAGE)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', PAGE)) <= set(ids)


def test_the_contents_list_every_section():
    contents = re.search(r"<nav.*?</nav>", PAGE, re.DOTALL)[0]
    assert re.findall(r">([^<]+)</a>", contents) == re.findall(r"<h2[^>]*>([^<]+)</h2>", PAGE)


def test_tables_have_headers_and_scroll():
    assert PAGE.count("<table>") == PAGE.count('<div class="scroll" role="region" tabindex="0"')
    assert '<th scope="col">Evidence</th>' in PAGE
    assert '<html lang="en">' in PAGE


def test_what_scrolls_has_a_name_of_its_own_and_can_be_reached_by_keyboard():
    names = re.findall(r'role="region" tabindex="0" aria-label="([^"]+)"', PAGE)
    assert len(names) == len(set(names))
    assert {"Summary: table", "Summary: table 2", "Picture of the timeline"} <= set(names)
    assert PAGE.count("<pre") == PAGE.count('<pre tabindex="0">') > 0


def test_a_name_of_a_reviewer_cannot_break_out_of_its_attribute():
    page = render_html('## "><script>x()</script> & `code`\n\n| A |\n|---|\n| b |\n', rich())
    assert 'aria-label="&quot;&gt;' in page
    assert "<script" not in page


def test_headings_go_down_by_one_level_at_most():
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", PAGE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_table_has_header_cells_with_a_scope():
    for table in re.findall(r"(?s)<table>.*?</table>", PAGE):
        assert re.search(r"<thead>\s*<tr>\s*<th scope=\"col\">", table)
        assert "<th>" not in table


def test_every_address_that_is_loaded_is_within_the_page():
    assert re.findall(r"\b(?:src|srcset|poster|data|action|background|xlink:href)=", PAGE) == []
    assert set(re.findall(r"<(\w+)[^>]*\bhref=", PAGE)) == {"a"}
    assert "url(" not in PAGE
    assert 'content="no-referrer"' in PAGE


def test_it_has_a_dark_mode_and_a_print_style():
    assert "@media (prefers-color-scheme: dark)" in PAGE
    assert "@media print" in PAGE


def test_a_reviewer_can_write_html_but_not_script():
    draft = render(rich()).replace(
        "_Answer:_", '<b onclick="x()">Yes</b><script>x()</script><img src="https://x.example/p.png">', 1
    )
    page = render_html(draft, rich())
    assert "Yes" in page
    assert not re.search(r"<script|onclick|<img", page)


def test_a_second_mermaid_block_of_a_reviewer_stays_text():
    page = render_html(render(rich()) + "\n```mermaid\nflowchart LR\n```\n", rich())
    assert page.count("<svg") == 1
    assert "flowchart LR" in page


def test_check_boxes_are_boxes():
    page = render_html("- [ ] open\n- [x] done\n", empty())
    assert "☐ open" in page
    assert "☑ done" in page
