"""Pages of Confluence, and the storage format that they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.hostile import HOSTILE, hostile
from support.posts import posted
from support.publishing_stub import served
from support.wiki_stubs import Confluence, well_formed

from pipeline.config.publishing import Confluence as Settings
from pipeline.draft import render
from pipeline.errors import BefellError
from pipeline.http import HttpError
from pipeline.publish import EditedThere
from pipeline.publish.confluence import publish
from pipeline.publish.storage import storage

AC = "{http://atlassian.com/content}"


@pytest.fixture
def wiki():
    with served(Confluence()) as stub:
        yield stub


@pytest.fixture
def send(wiki, http):
    def send(post, overwrite=False, **more):
        account = {"username": "a@example.org", "password": "p"}
        settings = Settings(**{"url": f"{wiki.url}/wiki", "space": "OPS", **account, **more})
        return publish(post, settings, overwrite, http())

    return send


def test_the_page_has_the_title_of_the_draft_and_its_place(wiki, send, post):
    done = send(post, parent="1")
    (page,) = wiki.pages.values()
    assert (page["title"], page["parentId"]) == ("Postmortem: INC-42 – Checkout payments time out", "1")
    assert done.address == f"{wiki.url}/wiki/spaces/OPS/pages/100"
    assert "<h1>" not in page["value"], "Confluence shows the title above the page"


def test_each_version_says_what_it_holds(wiki, send, post, later):
    send(post)
    send(later)
    page = wiki.pages["100"]
    assert page["version"]["number"] == 3
    assert page["version"]["message"].startswith("befell INC-42 sha256:")


def test_a_page_that_was_renamed_below_the_parent_is_found_and_not_overwritten(wiki, send, post, later):
    for title in ("Other", "INC-421 is another", "Third"):
        wiki.pages[title] = {"id": title, "title": title, "parentId": "1", "value": "", "version": {"number": 1}}
    send(post, parent="1")
    wiki.edit(next(name for name in wiki.pages if name.isdigit()), title="What we learnt from INC-42")
    with pytest.raises(EditedThere):
        send(later, parent="1")
    assert send(later, overwrite=True, parent="1").changed
    assert len(wiki.pages) == 4


def test_remarks_on_the_text_are_not_lost(wiki, send, post, later):
    send(post)
    page = wiki.pages["100"]
    marked = '<ac:inline-comment-marker ac:ref="1">a word</ac:inline-comment-marker>'
    page["value"] = page["value"].replace("</p>", f" {marked}</p>", 1)
    with pytest.raises(EditedThere, match="has comments on its text"):
        send(later)


def test_a_space_that_is_not_there_is_told(send, post):
    with pytest.raises(BefellError, match="no space 'DEV'"):
        send(post, space="DEV")


def test_a_page_elsewhere_in_the_space_with_the_title_is_not_overwritten(wiki, send, post):
    wiki.pages["9"] = {"id": "9", "title": post.title, "value": "<p>mine</p>", "version": {"number": 4, "message": ""}}
    with pytest.raises(EditedThere):
        send(post)
    assert wiki.pages["9"]["value"] == "<p>mine</p>"


def test_what_confluence_refuses_is_told(wiki, send, post):
    with pytest.raises(HttpError, match="HTTP 400"):
        wiki.respond = lambda *_: (400, {"errors": [{"title": "Bad Request"}]})
        send(post)


def test_rate_limits_are_obeyed(wiki, send, post):
    wiki.limit = 2
    assert send(post).changed
    assert wiki.refused


def test_links_within_the_page_lead_to_anchors(post):
    tree = well_formed(storage(post.body))
    anchors = {one.text for one in tree.iter(f"{AC}parameter") if one.get(f"{AC}name") == ""}
    targets = {one.get(f"{AC}anchor") for one in tree.iter(f"{AC}link")}
    assert {one for one in targets if one.startswith("e-")} <= anchors
    assert anchors


def test_folded_parts_and_code_are_macros():
    tree = well_formed(
        storage("<details><summary>More & more</summary>\n\ntext\n\n</details>\n\n```\na ]]> <b>\n```\n")
    )
    macros = {one.get(f"{AC}name"): one for one in tree.iter(f"{AC}structured-macro")}
    assert macros["expand"].find(f"{AC}parameter").text == "More & more"
    assert macros["expand"].findtext(f"{AC}rich-text-body/p") == "text"
    assert macros["code"].findtext(f"{AC}plain-text-body") == "a ]]> <b>"


def test_tables_keep_their_header_cells():
    tree = well_formed(storage("| A | B |\n|---|---|\n| 1<br>2 | ~~x~~ |\n"))
    assert [one.text for one in tree.iter("th")] == ["A", "B"]
    assert [one.tag for one in tree.iter("td") for one in one] == ["br", "del"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_page(text):
    body = posted(render(hostile((text,)))).body
    tree = well_formed(storage(body))
    assert {one.tag for one in tree.iter() if one.tag in ("script", "img", "style", "iframe")} == set()


@given(st.text(max_size=200))
def test_whatever_a_reviewer_writes_is_well_formed(text):
    well_formed(storage(f"# T\n\n{text}\n\n| A |\n|---|\n| {text} |\n"))
