"""Messages, threads and pins of Slack channels."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from slack_stub import TS, Slack, running, said

from connectors.slack import SlackConnector
from connectors.slack.messages import time_of, ts_of
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
CHANNEL = "C024BE91L"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running() as held:
        yield held


def connector(slack: Slack, **settings: Any) -> SlackConnector:
    given = {"use": "slack", "name": "chat", "url": slack.url, "channels": [CHANNEL], "token": "xoxb-1", **settings}
    return SlackConnector(SlackConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def read(slack: Slack, **settings: Any) -> list[Any]:
    return list(connector(slack, **settings).events(WINDOW))


def methods(slack: Slack) -> list[str]:
    return [method for method, _ in slack.asked]


def test_a_message_is_an_event_of_whoever_wrote_it(slack: Slack) -> None:
    slack.messages = [said("Restarting &lt;checkout&gt; now")]
    (one,) = read(slack, services={CHANNEL: "checkout"}, logins={"U024BE7LH": "alice"})
    assert (one.kind, one.moment, one.title) == ("message", "posted", "Restarting <checkout> now")
    assert one.at == datetime(2026, 11, 24, 9, 24, 0, 123456, tzinfo=UTC) and one.at_text == TS
    assert (one.service, one.actor_role, one.native_id) == ("checkout", "login:alice", f"{CHANNEL} {TS}")
    assert one.url == f"https://shop.slack.com/archives/{CHANNEL}/p1795512240123456"


def test_times_are_asked_for_as_decimal_strings_that_lose_nothing(slack: Slack) -> None:
    read(slack, threads=False)
    asked = dict(slack.asked)["conversations.history"]
    assert (asked["oldest"], asked["latest"]) == ("1795510800.000000", "1795518000.000000")
    assert ts_of(time_of("1795512240.999999")) == "1795512240.999999", "a float would round it"


def test_marks_become_words(slack: Slack) -> None:
    """A mention whose login is known becomes one that collect turns into a role; others stay for it as they are."""
    text = "<@U1> <@U2> <!here> <!subteam^S1|@oncall> <#C1|ops> <https://x.example/a|the graph> <https://y.example>"
    slack.messages = [said(text)]
    (one,) = read(slack, logins={"U1": "bert@example.com"})
    assert one.title == "@bert <@U2> @here oncall #ops the graph https://y.example"


def test_a_long_message_is_whole_in_its_body(slack: Slack) -> None:
    slack.messages = [said("first line\nsecond " + "x" * 400)]
    (one,) = read(slack)
    assert one.title.startswith("first line second xxx") and len(one.title) == 300
    assert one.body.startswith("first line\nsecond") and len(one.body) == 418


def test_an_app_speaks_by_attachments_and_blocks(slack: Slack) -> None:
    slack.messages = [
        said("", bot_id="B1", attachments=[{"title": "HighErrorRate", "text": "5 %"}], bot_profile={"name": "alerts"}),
        said("", "1795512241.000001", bot_id="B1", blocks=[{"type": "section", "text": {"text": "*Resolved*"}}]),
    ]
    later, first = read(slack)
    assert (first.title, first.labels["bot"], first.actor_role) == ("HighErrorRate 5 %", "alerts", "")
    assert later.title == "*Resolved*"
    assert read(slack, bots=False) == []


def test_who_joined_is_no_news(slack: Slack) -> None:
    slack.messages = [said("<@U1> has joined the channel", subtype="channel_join"), said("", "1795512241.000001")]
    assert read(slack) == []


def threaded(slack: Slack, start: str = TS) -> None:
    slack.messages = [said("down?", start, thread_ts=start, reply_count=2, latest_reply="1795512300.000002")]
    slack.replies = {
        start: [
            said("yes", "1795512300.000001", thread_ts=start),
            said("rolled back", "1795512300.000002", thread_ts=start),
        ]
    }


def test_replies_come_after_the_first_message_of_their_thread(slack: Slack) -> None:
    threaded(slack)
    first, *replies = read(slack)
    assert [one.title for one in replies] == ["yes", "rolled back"] and "thread" not in first.labels
    assert {one.labels["thread"] for one in replies} == {TS}
    assert replies[0].url.endswith(f"/p1795512300000001?thread_ts={TS}&cid={CHANNEL}")
    assert [one.title for one in read(slack, threads=False)] == ["down?"]


def test_a_thread_that_began_before_the_window_goes_on_in_it(slack: Slack) -> None:
    threaded(slack, "1795500000.000001")  # 06:00
    assert [one.title for one in read(slack) if one.at in WINDOW] == ["yes", "rolled back"]
    assert [one.title for one in read(slack, thread_history=1) if one.at in WINDOW] == []


def test_a_thread_without_replies_since_the_window_began_is_not_asked_for(slack: Slack) -> None:
    threaded(slack)
    slack.messages[0]["latest_reply"] = "1795500000.000001"
    read(slack)
    assert "conversations.replies" not in methods(slack)


def test_a_reply_that_was_sent_to_the_channel_too_comes_once(slack: Slack) -> None:
    threaded(slack)
    slack.messages.append(said("yes", "1795512300.000001", thread_ts=TS, subtype="thread_broadcast"))
    assert sorted(one.title for one in read(slack)) == ["down?", "rolled back", "yes"]


def test_a_thread_that_is_refused_is_a_gap_and_the_rest_is_there(slack: Slack) -> None:
    threaded(slack)
    slack.refuse = {"conversations.replies": "thread_not_found"}
    (one, notice) = read(slack)
    assert isinstance(one, Event) and isinstance(notice, Notice) and notice.gap and TS in notice.detail


def test_pinned_messages_are_marked(slack: Slack) -> None:
    slack.messages, slack.pins = [said("a"), said("b", "1795512241.000001")], [TS]
    assert {one.title: one.labels.get("pinned") for one in read(slack)} == {"a": "true", "b": None}


def test_pins_that_may_not_be_read_are_a_gap_that_names_the_scope(slack: Slack) -> None:
    slack.messages, slack.refuse = [said("a")], {"pins.list": "missing_scope"}
    one, notice = read(slack)
    assert isinstance(one, Event) and notice.gap and "needed: pins:read" in notice.detail


def test_logins_are_looked_up_only_where_that_is_allowed(slack: Slack) -> None:
    slack.messages = [said("a"), said("b <@U024BE7LH>", "1795512241.000001")]
    slack.users = {"U024BE7LH": {"name": "alice", "profile": {"email": "alice@example.com"}}}
    assert {one.actor_role for one in read(slack)} == {"login:U024BE7LH"} and "users.info" not in methods(slack)
    slack.asked.clear()
    found = read(slack, look_up_users=True)
    assert {one.actor_role for one in found} == {"login:alice@example.com"} and methods(slack).count("users.info") == 1


def test_logins_that_cannot_be_looked_up_are_said_once(slack: Slack) -> None:
    slack.messages = [said("a"), said("b", "1795512241.000001", user="U2")]
    slack.refuse = {"users.info": "missing_scope"}
    *found, notice = read(slack, look_up_users=True)
    assert len(found) == 2 and isinstance(notice, Notice) and "Logins" in notice.detail
    assert methods(slack).count("users.info") == 1


def test_fifteen_at_a_time_come_whole_with_the_advice_to_create_an_internal_app(slack: Slack) -> None:
    slack.messages = [said(str(number), f"1795512240.{number:06}") for number in range(100)]
    slack.clamp = 15
    *found, notice = read(slack)
    assert len(found) == 100 and isinstance(notice, Notice) and "internal app" in notice.detail and not notice.gap


def test_a_rate_limit_says_what_kind_of_app_has_a_higher_one(slack: Slack) -> None:
    slack.refuse = {"conversations.history": "ratelimited"}
    with pytest.raises(SourceError, match="internal app"):
        read(slack, pins=False)


def test_messages_that_the_plan_hides_are_a_gap(slack: Slack) -> None:
    slack.messages, slack.is_limited = [said("a")], True
    assert [one.gap for one in read(slack) if isinstance(one, Notice)] == [True]


def test_a_message_without_a_time_is_rejected_alone(slack: Slack) -> None:
    slack.messages = [said("a"), said("b", "1795512240.1")]
    found = read(slack)
    assert [one.where for one in found if isinstance(one, Rejected)] == [f"message 1795512240.1 of {CHANNEL}"]
    assert sum(isinstance(one, Event) for one in found) == 1


@pytest.mark.parametrize(("error", "fix"), [("invalid_auth", "revoked"), ("not_in_channel", "invite the app")])
def test_a_refusal_in_the_body_says_what_to_do(slack: Slack, error: str, fix: str) -> None:
    slack.refuse = {"auth.test": error}
    with pytest.raises(SourceError, match=fix):
        read(slack)


def test_a_channel_is_given_by_its_id() -> None:
    with pytest.raises(ValidationError, match="no channel id"):
        SlackConnector.Settings.model_validate({"use": "slack", "name": "chat", "channels": ["#ops"]})
