"""The HTML page: one file, offline, safe, and usable without a mouse."""

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
