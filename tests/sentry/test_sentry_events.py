"""Issues, releases and deploys of Sentry."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sentry_stub import AT, Sentry, event, issue, release, running

from connectors.sentry import SentryConnector
from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
OLD = "2026-10-01T09:00:00Z"


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    with running() as held:
        yield held


def connector(sentry: Sentry, **settings: Any) -> SentryConnector:
    given = {"use": "sentry", "name": "sentry", "url": sentry.url, "organization": "shop", "token": "t", **settings}
    return SentryConnector(SentryConnector.Settings.model_validate(given), Http(30, lambda: datetime.now(UTC)))


def events(sentry: Sentry, **settings: Any) -> list[Any]:
    return list(connector(sentry, **settings).events(WINDOW))


def logs(sentry: Sentry, **settings: Any) -> list[Any]:
    return list(connector(sentry, **settings).logs(WINDOW))


def test_an_issue_that_was_first_seen_in_the_window_is_news(sentry: Sentry) -> None:
    sentry.issues = [issue(1), issue(2, OLD)]
    (one,) = events(sentry, services={"web*": "checkout"})
    assert (one.kind, one.moment, one.title) == ("log", "observed", "New error: TypeError: total is undefined")
    assert one.at == datetime(2026, 11, 24, 9, 24, 0, 123456, tzinfo=UTC) and one.at_text == AT
    assert (one.service, one.severity, one.native_id) == ("checkout", "error", "issue 1")
    assert one.labels == {"project": "web", "issue": "WEB-1", "culprit": "cart.total"}


def test_the_events_of_every_issue_are_counted_minute_by_minute(sentry: Sentry) -> None:
    sentry.issues = [issue(1, OLD)]
    sentry.events = {"1": [event(), event("2026-11-24T09:26:00Z"), event(OLD)]}
    (one,) = logs(sentry)
    assert (one.service, one.level, one.count, one.template) == ("web", "error", 2, "TypeError: total is undefined")
    assert len(one.histogram) == 2 and one.exemplars[0].path == "WEB-1"


def test_a_next_page_is_always_named_and_read_only_where_there_are_results(sentry: Sentry) -> None:
    sentry.issues = [issue(number) for number in range(250)]
    assert len(events(sentry, releases=False)) == 250
    assert len(sentry.asked) == 3


def test_issues_are_asked_for_by_time_project_and_environment_also_those_resolved(sentry: Sentry) -> None:
    """Without a query Sentry would look for unresolved ones only."""
    events(sentry, projects=["web", "cart"], environments=["production"], query="level:fatal")
    path, asked = sentry.asked[0]
    assert path == "/api/0/organizations/shop/issues/" and asked["query"] == "project:[web,cart] level:fatal"
    assert (asked["start"], asked["end"]) == ("2026-11-24T09:00:00", "2026-11-24T11:00:00")
    assert asked["environment"] == "production"
    events(sentry)
    assert sentry.asked[-2][1]["query"], "never empty"


def test_more_issues_and_more_events_than_are_counted_are_gaps(sentry: Sentry) -> None:
    sentry.issues = [issue(number) for number in range(3)]
    sentry.events = {"0": [event() for _ in range(5)], "1": [event()]}
    found = logs(sentry, max_issues=2, max_events=4)
    assert sum(one.count for one in found if isinstance(one, LogSummary)) == 5
    gaps = [one.detail for one in found if isinstance(one, Notice) and one.gap]
    assert ["max_events" in gaps[0], "max_issues" in gaps[1]] == [True, True]


def test_a_release_that_was_not_deployed_is_a_change(sentry: Sentry) -> None:
    sentry.releases = [release()]
    (one,) = events(sentry)
    assert (one.kind, one.title, one.service) == ("change", "Release 1.2.0 of web", "web")
    assert one.labels == {"version": "web@1.2.0", "project": "web", "sha": "4f5e6d7"}


def test_the_deploys_of_a_release_take_its_place(sentry: Sentry) -> None:
    sentry.releases = [release(at="2026-11-20T09:00:00Z", deployCount=2, projects=[{"slug": "web"}, {"slug": "cart"}])]
    sentry.deploys = {"web@1.2.0": [
        {"id": "7", "environment": "production", "dateFinished": AT},
        {"id": "8", "environment": "test", "dateFinished": AT},
    ]}  # fmt: skip
    found = events(sentry, environments=["production"])
    assert [one.title for one in found] == ["web 1.2.0 deployed to production", "cart 1.2.0 deployed to production"]
    assert {one.moment for one in found} == {"deployed"} and len({one.native_id for one in found}) == 2
    assert [one.service for one in events(sentry, projects=["cart"], environments=["test"])] == ["cart"]


def test_the_list_of_releases_is_left_where_it_is_old(sentry: Sentry) -> None:
    """There is no filter by time, and it is newest first."""
    day = timedelta(days=1)
    made = [(WINDOW.end - day * number).isoformat() for number in range(400)]
    sentry.releases = [release(f"web@{number}", at) for number, at in enumerate(made)]
    assert len(events(sentry, issues=False)) == 8
    assert len(sentry.asked) == 2


def test_one_list_that_is_refused_is_a_gap(sentry: Sentry) -> None:
    sentry.issues, sentry.refuse = [issue()], {"releases": 403}
    one, notice = events(sentry)
    assert isinstance(one, Event) and isinstance(notice, Notice) and notice.gap and "project:releases" in notice.detail


def test_records_that_lack_what_they_need_are_rejected_alone(sentry: Sentry) -> None:
    sentry.issues = [issue(), {"shortId": "WEB-9"}]
    sentry.events = {"1": [event(), {"id": "x"}]}
    assert [type(one) for one in events(sentry)] == [Event, Rejected]
    assert sorted(type(one).__name__ for one in logs(sentry)) == ["LogSummary", "Rejected", "Rejected"]


@pytest.mark.parametrize(("status", "fix"), [(401, "has expired"), (404, "region")])
def test_a_refusal_says_what_to_do(sentry: Sentry, status: int, fix: str) -> None:
    sentry.refuse = {"shop": status}
    with pytest.raises(SourceError, match=fix):
        events(sentry)


def test_an_organization_is_a_slug() -> None:
    with pytest.raises(ValidationError, match="no slug"):
        SentryConnector.Settings.model_validate({"use": "sentry", "name": "s", "organization": "a/b"})
