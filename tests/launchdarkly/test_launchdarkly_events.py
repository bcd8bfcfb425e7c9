"""Changes of feature flags in LaunchDarkly, as its audit log tells them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from launchdarkly_stub import AT_MS, Launchdarkly, entry, running

from connectors.launchdarkly import LaunchdarklyConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))


@pytest.fixture
def launchdarkly() -> Iterator[Launchdarkly]:
    with running() as held:
        yield held


def connector(launchdarkly: Launchdarkly, **settings: Any) -> LaunchdarklyConnector:
    given = {"use": "launchdarkly", "name": "flags", "url": launchdarkly.url, "token": "api-t0ken", **settings}
    checked = LaunchdarklyConnector.Settings.model_validate(given)
    return LaunchdarklyConnector(checked, Http(30, lambda: datetime.now(UTC)))


def read(launchdarkly: Launchdarkly, **settings: Any) -> list[Any]:
    return list(connector(launchdarkly, **settings).events(WINDOW))


def test_an_entry_is_a_change_that_names_nobody(launchdarkly: Launchdarkly) -> None:
    """The log's own title does: `title` is left out, its verb is taken."""
    launchdarkly.entries = [entry(1, comment="ticket 7")]
    (one,) = read(launchdarkly, services={"*-cart": "cart"})
    assert (one.kind, one.moment, one.title) == ("change", "changed", "Turned on the flag New cart in production")
    assert one.at == datetime(2026, 11, 24, 9, 24, 0, 123_000, tzinfo=UTC), "milliseconds"
    assert (one.service, one.labels["flag"], one.labels["project"]) == ("cart", "new-cart", "shop")
    assert one.url == f"{launchdarkly.url}/shop/production/features/new-cart" and one.body == "- Turned on\nticket 7"
    assert one.actor_role == "login:alice@example.com" and "Alice" not in str(one)


def test_an_entry_without_words_is_told_by_its_action(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [entry(1, titleVerb="", resource="proj/shop:env/production:segment/beta-users;x,y")]
    assert [one.title for one in read(launchdarkly)] == ["Update on the segment New cart in production"]


def test_a_change_by_a_token_has_no_member(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [entry(1, member=None)]
    assert [one.actor_role for one in read(launchdarkly)] == [""]


def test_more_than_twenty_come_whole_and_once(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [entry(number, AT_MS + number * 7) for number in range(333)]
    found = read(launchdarkly)
    assert sorted(one.native_id for one in found) == [f"audit {number:024x}" for number in range(333)]


def test_more_than_twenty_in_one_millisecond_are_a_gap(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [entry(number) for number in range(21)]
    *found, notice = read(launchdarkly)
    assert len(found) == 20 and isinstance(notice, Notice) and notice.gap and "09:24:00.123000Z" in notice.detail


def test_what_came_before_a_crowded_millisecond_is_still_read(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [entry(number) for number in range(25)] + [entry(99, AT_MS - 1)]
    found = read(launchdarkly)
    assert [one.native_id for one in found if isinstance(one, Event)][-1] == f"audit {99:024x}"
    assert sum(isinstance(one, Notice) for one in found) == 1


def test_kinds_projects_and_environments_are_chosen(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [
        entry(1), entry(2, resource="proj/shop:env/test:flag/x"), entry(3, resource="proj/other:env/production:flag/x"),
        entry(4, resource="member/123"), entry(5, resource="proj/shop:env/*:flag/x"),
    ]  # fmt: skip
    ids = lambda **settings: sorted(int(one.native_id[6:], 16) for one in read(launchdarkly, **settings))  # noqa: E731
    assert ids() == [1, 2, 3, 5]
    assert ids(environments=["prod*"]) == [1, 3, 5]
    assert ids(projects=["shop"]) == [1, 2, 5]
    assert ids(kinds=["member"]) == [4]


def test_the_token_is_sent_bare_and_the_version_is_fixed(launchdarkly: Launchdarkly) -> None:
    read(launchdarkly)
    sent = launchdarkly.headers[0]
    assert (sent["Authorization"], sent["LD-API-Version"]) == ("api-t0ken", "20240415")


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(launchdarkly: Launchdarkly) -> None:
    launchdarkly.entries = [entry(1), {"_id": "2", "date": AT_MS}]
    found = read(launchdarkly)
    assert [one.where for one in found if isinstance(one, Rejected)] == ["audit log entry 2"]
    assert sum(isinstance(one, Event) for one in found) == 1


@pytest.mark.parametrize(("status", "fix"), [(401, "has expired"), (403, "role Reader")])
def test_a_refusal_says_what_to_do(launchdarkly: Launchdarkly, status: int, fix: str) -> None:
    launchdarkly.status = status
    with pytest.raises(SourceError, match=fix):
        read(launchdarkly)
