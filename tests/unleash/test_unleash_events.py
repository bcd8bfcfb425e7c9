"""Changes of feature flags in Unleash, as its event log tells them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from unleash_stub import Unleash, event, running

from connectors.unleash import UnleashConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))


@pytest.fixture
def unleash() -> Iterator[Unleash]:
    with running() as held:
        yield held


def connector(unleash: Unleash, **settings: Any) -> UnleashConnector:
    given = {"use": "unleash", "name": "flags", "url": unleash.url, "token": "user:t0ken", **settings}
    return UnleashConnector(UnleashConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def read(unleash: Unleash, **settings: Any) -> list[Any]:
    return list(connector(unleash, **settings).events(WINDOW))


def test_switching_a_flag_is_a_change(unleash: Unleash) -> None:
    unleash.events = [event(2), event(1, kind="feature-environment-disabled")]
    on, off = read(unleash, services={"new-*": "checkout"})
    assert (on.kind, on.moment, on.title) == ("change", "changed", "Flag new-checkout switched on in production")
    assert off.title == "Flag new-checkout switched off in production"
    assert (on.service, on.labels["flag"], on.labels["project"]) == ("checkout", "new-checkout", "shop")
    assert on.at == datetime(2026, 11, 24, 9, 24, 0, 123_000, tzinfo=UTC)
    assert on.url == f"{unleash.url}/projects/shop/features/new-checkout/logs"
    assert on.actor_role == "login:alice" and "Alice" not in str(on), "the log's own summary names people"


def test_what_changed_is_told_value_by_value(unleash: Unleash) -> None:
    before, after = {"rollout": "10", "groupId": "a"}, {"rollout": "100", "groupId": "a", "segments": [3]}
    unleash.events = [event(1, kind="feature-strategy-update", preData=before, data=after)]
    (one,) = read(unleash)
    assert one.title == "Feature strategy update: new-checkout in production"
    assert one.body == "rollout: 10 → 100\nsegments: nothing → [3]"


def test_long_changes_are_cut_and_said_so(unleash: Unleash) -> None:
    unleash.events = [event(1, data={f"k{n}": "x" * 500 for n in range(25)})]
    lines = read(unleash)[0].body.splitlines()
    assert len(lines) == 21 and lines[-1] == "and 5 more" and len(lines[0]) < 160


def test_projects_environments_and_types_are_chosen(unleash: Unleash) -> None:
    unleash.events = [
        event(1), event(2, environment="development"), event(3, environment=None, kind="feature-archived"),
        event(4, project="other"), event(5, kind="user-created"), event(6, kind="feature-favorited"),
    ]  # fmt: skip
    ids = lambda **settings: sorted(int(one.native_id.split()[1]) for one in read(unleash, **settings))  # noqa: E731
    assert ids() == [1, 2, 3, 4]
    assert ids(environments=["prod*"]) == [1, 3, 4]
    assert ids(projects=["shop"]) == [1, 2, 3]
    assert ids(types=["user-created", "feature-favorited"]) == [5, 6]


def test_a_service_may_be_that_of_the_project(unleash: Unleash) -> None:
    unleash.events = [event(1)]
    assert [one.service for one in read(unleash, services={"shop": "cart"})] == ["cart"]
    assert [one.service for one in read(unleash)] == [""], "a flag names no service itself"


@pytest.mark.parametrize("zone_hours", [-9, 0, 9])
def test_days_are_those_of_the_server_s_own_zone(unleash: Unleash, zone_hours: int) -> None:
    times = [f"2026-11-24T{hour:02}:30:00Z" for hour in range(24)]
    unleash.events, unleash.zone_hours = [event(n, at) for n, at in enumerate(times, 1)], zone_hours
    day = WINDOW.start.replace(hour=0)
    found = connector(unleash).events(Window(day, day.replace(hour=23, minute=59)))
    assert len([one for one in found if isinstance(one, Event)]) == 24


def test_events_that_are_made_meanwhile_make_none_come_twice(unleash: Unleash) -> None:
    unleash.events, unleash.grows = [event(number) for number in range(1, 1301)], 2
    found = read(unleash)
    ids = [one.native_id for one in found if isinstance(one, Event)]
    assert len(ids) == len(set(ids)) and {f"event {number}" for number in range(1, 1301)} <= set(ids)


def test_an_empty_page_where_there_should_be_events_is_a_gap(unleash: Unleash) -> None:
    """Unleash answers so where its database failed."""
    unleash.events, unleash.fault = [event(1), event(2)], True
    (notice,) = read(unleash)
    assert isinstance(notice, Notice) and notice.gap and "has 2 events and gave 0" in notice.detail


def test_the_token_is_sent_bare(unleash: Unleash) -> None:
    read(unleash)
    assert unleash.headers[0]["Authorization"] == "user:t0ken"


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(unleash: Unleash) -> None:
    unleash.events = [event(1), {"id": 2, "createdAt": "2026-11-24"}]
    found = read(unleash)
    assert sorted(type(one).__name__ for one in found) == ["Event", "Rejected"]
    assert [one.where for one in found if isinstance(one, Rejected)] == ["event 2"]
    assert [one.native_id for one in found if isinstance(one, Event)] == ["event 1"]


@pytest.mark.parametrize(("status", "fix"), [(401, "personal access token"), (403, "Viewer"), (404, "Unleash 6")])
def test_a_refusal_says_what_to_do(unleash: Unleash, status: int, fix: str) -> None:
    unleash.status = status
    with pytest.raises(SourceError, match=fix):
        read(unleash)
