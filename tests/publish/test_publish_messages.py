"""The message in Slack, and the draft of a postmortem on a status page."""

import pytest
from support.message_stubs import Slack, Statuspage
from support.posts import DRAFT, posted
from support.publishing_stub import served

from pipeline.config import publishing
from pipeline.errors import BefellError, SourceError
from pipeline.publish import EditedThere, slack, statuspage


@pytest.fixture
def channel():
    with served(Slack()) as stub:
        yield stub


@pytest.fixture
def send(channel, http):
    def send(post, **more):
        settings = publishing.Slack(**{"url": channel.url, "channel": "C0123456789", "token": "xoxb-1", **more})
        return slack.publish(post, settings, http())

    return send


def texts(message) -> str:
    return "\n".join(
        part["text"] for block in message["blocks"] for part in (block.get("text"), *block.get("fields", ())) if part
    )


def test_the_message_says_what_a_reader_needs(channel, send, post):
    done = send(post, link="https://wiki.example.com/{incident}")
    text = texts(channel.messages[0])
    assert "Postmortem: INC-42 – Checkout payments time out" in text
    assert "*Severity*\nSEV-2" in text
    assert "*Services*\ncheckout" in text
    assert "*Review due*\n2026-11-26 10:08 UTC" in text
    assert "Checkout error ratio left its baseline of 0.22 % at 09:20:00 and reached 18 % at 09:41:00." in text
    assert "<https://wiki.example.com/INC-42|Read the draft>" in text
    assert "#e-" not in text, "evidence ids lead nowhere from here"
    assert done.address == f"https://slack.example/{channel.messages[0]['ts']}"


def test_the_reviewers_severity_is_told(channel, send):
    send(posted(DRAFT.replace("overrides: {}", "overrides: {severity: SEV-1}")))
    assert "*Severity*\nSEV-1" in texts(channel.messages[0])


def test_the_same_message_is_changed(channel, send, post):
    first = send(post)
    assert not send(post).changed
    again = send(posted(DRAFT.replace("The impact lasted", "At last: the impact lasted")))
    assert (again.address, again.changed) == (first.address, True)
    assert len(channel.messages) == 1
    assert "At last" in texts(channel.messages[0])


def test_it_is_found_behind_many_others(channel, send, post):
    send(post)
    for number in range(9):
        channel.messages.insert(0, {"ts": f"1795537{number:03}.000100", "text": "hello"})
    assert not send(post).changed


def test_the_message_of_another_incident_stays(channel, send, post):
    send(post)
    send(posted(DRAFT.replace("INC-42", "INC-43")))
    assert len(channel.messages) == 2


def test_long_texts_are_cut_to_what_slack_takes(channel, send):
    long = DRAFT.replace("The impact lasted", "The impact " + "and so on " * 500 + "lasted").replace(
        "# Postmortem: INC-42", "# Postmortem: INC-42 " + "very " * 60, 1
    )
    send(posted(long))
    assert texts(channel.messages[0]).count("…") == 2


def test_text_cannot_mention_or_link_by_itself(channel, send):
    send(posted(DRAFT.replace("The impact", "All of <!channel> &lt;!here&gt; **bold** [x](https://example.com)")))
    text = texts(channel.messages[0])
    assert "<!" not in text
    assert "*bold*" in text
    assert "<https://example.com|x>" in text


@pytest.mark.parametrize(
    ("settings", "told"), [({"token": "wrong"}, "bot token"), ({"channel": "C999"}, "app was invited to it")]
)
def test_what_slack_refuses_is_told(send, post, settings, told):
    with pytest.raises(SourceError, match=told):
        send(post, **settings)


def test_rate_limits_are_obeyed(channel, send, post):
    channel.limit = 2
    assert send(post).changed
    assert channel.refused


BEGUN = [
    {"id": "old", "name": "Another", "created_at": "2026-11-20T09:31:00Z"},
    {"id": "i1", "name": "Checkout", "created_at": "2026-11-24T09:31:00Z"},
]


@pytest.fixture
def page():
    with served(Statuspage(incidents=BEGUN)) as stub:
        yield stub
        assert stub.published == 0, "it stays a draft"


@pytest.fixture
def draft(page, http):
    def draft(post, target="", **more):
        settings = publishing.Statuspage(**{"url": page.url, "page": "kctbh9vrtdwd", "token": "key-1", **more})
        return statuspage.publish(post, settings, False, http(), target)

    return draft


def test_customers_get_the_sections_that_they_may_read(page, draft, post):
    draft(post, sections=["impact", "communications"])
    text = page.drafts["i1"]
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Impact", "## Communications"]
    assert "](#" not in text
    assert "<!--" not in text


def test_the_incident_is_the_only_one_that_began_in_the_window_or_the_one_that_is_named(page, draft, post):
    draft(post)
    draft(post, target="old")
    assert set(page.drafts) == {"i1", "old"}


def test_where_several_began_they_are_told(page, draft, post):
    page.incidents = [*BEGUN, {"id": "i2", "name": "Search", "created_at": "2026-11-24T09:40:00Z"}]
    with pytest.raises(BefellError, match=r"several incidents began in the window: i1 Checkout; i2 Search\..*--target"):
        draft(post)


def test_where_none_began_that_is_told(page, draft, post):
    page.incidents = BEGUN[:1]
    with pytest.raises(BefellError, match="no incident there began in the window"):
        draft(post)


def test_what_somebody_wrote_and_published_is_not_followed_by_a_draft_unasked(page, draft, post):
    page.public["i1"] = "Dear customers"
    with pytest.raises(EditedThere):
        draft(post)
    assert page.drafts == {}


def test_what_was_published_as_it_was_drafted_may_be_followed_by_a_draft(page, draft, post, later):
    draft(post)
    page.public["i1"] = page.drafts.pop("i1")
    assert not draft(post).changed
    assert draft(later).changed


def test_line_ends_of_the_browser_are_no_edit(page, draft, post, later):
    draft(post)
    page.drafts["i1"] = page.drafts["i1"].replace("\n", "\r\n") + "\r\n"
    assert not draft(post).changed
    assert draft(later).changed


def test_a_draft_without_these_sections_is_told(draft, post):
    with pytest.raises(BefellError, match="none of the sections imprint"):
        draft(post, sections=["imprint"])
