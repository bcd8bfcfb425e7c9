"""Pages of Notion, within its limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile import HOSTILE, hostile
from support.posts import long_post, posted
from support.publishing_stub import served
from support.wiki_stubs import Notion, _too_much

from pipeline.config.publishing import Notion as Settings
from pipeline.draft import render
from pipeline.http import HttpError
from pipeline.publish import EditedThere
from pipeline.publish.notion import publish
from pipeline.publish.notion_blocks import blocks, children, fingerprint


@pytest.fixture
def wiki():
    with served(Notion()) as stub:
        yield stub


@pytest.fixture
def send(wiki, http):
    def send(post, overwrite=False):
        return publish(post, Settings(url=wiki.url, page="root", token="secret"), overwrite, http())

    return send


def test_a_long_draft_arrives_whole(wiki, send):
    post = long_post()
    send(post)
    text = "\n".join(wiki.texts(wiki.page()))
    assert [f"event {row} bold {row} code {row}" in text for row in range(450)] == [True] * 450
    assert [f"innermost {number}" in text for number in range(150)] == [True] * 150
    assert text.count("b199") == 1
    assert "long " * 2999 in text.replace("\n", "")
    assert text.count("line of a log") == 2000
    assert not send(post).changed


def test_the_blocks_are_those_of_the_draft(wiki, send):
    send(posted("---\nincident: INC-42\n---\n# T\n\n## Head\n\n- [ ] do\n- [x] done\n\n1. one\n\n> said\n\n---\n\n"
                "| A |\n|---|\n| b |\n\n```mermaid\ngantt\n```\n"))  # fmt: skip
    shown = [wiki.blocks[one] for one in wiki.blocks[wiki.page()]["inside"]]
    assert [one["type"] for one in shown] == [
        "heading_2", "to_do", "to_do", "numbered_list_item", "quote", "divider", "table", "code", "paragraph",
    ]  # fmt: skip
    assert [one["to_do"]["checked"] for one in shown[1:3]] == [False, True]
    assert shown[6]["table"]["has_column_header"]
    assert shown[7]["code"]["language"] == "mermaid"


def test_links_lead_out_and_nowhere_within():
    (one,) = blocks("[out](https://example.com) [in](#e-abc) [mail](mailto:a@example.org) [ftp](ftp://example.com)")
    links = [
        run["text"].get("link", {}).get("url")
        for run in one["paragraph"]["rich_text"]
        if run["text"]["content"].strip()
    ]
    assert links == ["https://example.com", None, "mailto:a@example.org", None]


@pytest.mark.parametrize("where", ["first", "row", "new", "gone", "mark"])
def test_any_edit_is_recognised(wiki, send, post, later, where):
    send(post)
    page = wiki.blocks[wiki.page()]
    table = next(one for one in page["inside"] if wiki.blocks[one]["type"] == "table")
    said = [{"type": "text", "text": {"content": "by somebody else"}}]
    if where == "first":
        wiki.blocks[page["inside"][0]]["heading_2"]["rich_text"] = said
    elif where == "row":
        wiki.blocks[wiki.blocks[table]["inside"][1]]["table_row"]["cells"][1] = said
    elif where == "new":
        wiki._add(wiki.page(), {"type": "paragraph", "paragraph": {"rich_text": said}})
    elif where == "gone":
        page["inside"].pop(3)
    else:
        page["inside"].pop()
    with pytest.raises(EditedThere):
        send(later)


def test_what_notion_changes_by_itself_is_no_edit(wiki, send, post, later):
    """The hash is of what was read back, not of what was sent."""
    add = wiki._add

    def tidied(parent, block, title=""):
        name = add(parent, block, title)
        for run in wiki.blocks[name].get("paragraph", {}).get("rich_text", ()):
            run["text"]["content"] = run["text"]["content"].replace("–", "-")
        return name

    wiki._add = tidied
    send(posted(post.text.replace("_Answer:_", "a – b", 1)))
    assert send(later).changed


def test_a_page_that_was_not_finished_is_not_taken_for_ours(wiki, send, post):
    wiki.respond, real = (lambda *_: (500, {"message": "down"})), wiki.respond

    def failing(method, path, params, body):
        return (500, {"message": "down"}) if method == "PATCH" else real(method, path, params, body)

    wiki.respond = failing
    with pytest.raises(HttpError):
        send(post)
    wiki.respond = real
    assert send(post).changed, "an empty page is nobody's work"
    assert len(wiki.blocks["root"]["inside"]) == 1


def test_the_page_of_another_incident_is_not_taken_for_ours(wiki, send, post):
    wiki._add("root", {"type": "child_page"}, "Postmortem: INC-421 – another")
    send(post)
    assert len(wiki.blocks["root"]["inside"]) == 2


def test_rate_limits_are_obeyed(wiki, send, post):
    wiki.limit = 3
    assert send(post).changed
    assert wiki.refused > 3


def test_a_page_that_is_not_shared_is_told(wiki, send, post):
    wiki.blocks.pop("root")
    with pytest.raises(HttpError, match="share that page with the integration"):
        send(post)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_refused(text, wiki, send):
    send(posted(render(hostile((text,)))))


@settings(max_examples=60)
@given(st.text(max_size=5000), st.integers(1, 3))
def test_whatever_a_reviewer_writes_is_within_the_limits(text, times):
    for block in blocks(f"# T\n\n{text * times}\n\n| A |\n|---|\n| {text} |\n"):
        assert _too_much({"children": [{**block, block["type"]: {**block[block["type"]], "children": []}}]}) == ""
        assert fingerprint([block, *children(block)])
