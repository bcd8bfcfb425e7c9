"""Changes to an AWS account, as CloudTrail recorded them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cloudtrail_stub import KEYS, Cloudtrail, call, running

from connectors.cloudtrail import CloudtrailConnector
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))


NOW = WINDOW.end + timedelta(hours=1)


@pytest.fixture
def cloudtrail() -> Iterator[Cloudtrail]:
    with running() as held:
        yield held


def connector(cloudtrail: Cloudtrail, **settings: Any) -> CloudtrailConnector:
    given = {"use": "cloudtrail", "name": "aws", "url": cloudtrail.url, **KEYS, **settings}
    return CloudtrailConnector(CloudtrailConnector.Settings.model_validate(given), Http(30, lambda: NOW))


def read(cloudtrail: Cloudtrail, window: Window = WINDOW, **settings: Any) -> list[Any]:
    return list(connector(cloudtrail, **settings).events(window))


def test_a_call_that_deploys_is_a_deploy_that_names_nobody(cloudtrail: Cloudtrail) -> None:
    cloudtrail.calls = [call()]
    (one,) = read(cloudtrail, services={"*checkout": "checkout"})
    assert (one.kind, one.moment, one.title) == ("deploy", "deployed", "UpdateService (ecs) of shop-checkout")
    assert one.at == datetime(2026, 11, 24, 9, 24, tzinfo=UTC) and one.native_id == "call id-1"
    assert (one.service, one.actor_role) == ("checkout", "login:alice") and "alice" not in one.title
    assert one.labels["resource"] == "shop-checkout" and one.labels["region"] == "eu-central-1"


def test_other_calls_are_changes_and_those_that_failed_say_so(cloudtrail: Cloudtrail) -> None:
    failed = {"errorCode": "AccessDenied", "errorMessage": "not allowed"}
    cloudtrail.calls = [call("DeleteRule"), call(number=2, **failed), call("DeleteRule", number=3, **failed)]
    changed, broken, nothing = read(cloudtrail)
    assert (changed.kind, changed.moment) == ("change", "changed")
    assert (nothing.kind, nothing.moment) == ("log", "observed"), "it changed nothing"
    assert (broken.moment, broken.body) == ("failed", "not allowed") and broken.title.endswith("failed: AccessDenied")


def test_calls_are_chosen_by_name_and_service_and_reading_is_left_out(cloudtrail: Cloudtrail) -> None:
    cloudtrail.calls = [call(), call("DeleteRule", number=2)]
    assert [one.native_id for one in read(cloudtrail, names=["Delete*"])] == ["call id-2"]
    assert read(cloudtrail, sources=["rds.*"]) == []
    assert cloudtrail.asked[0]["LookupAttributes"] == [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    assert cloudtrail.asked[0]["StartTime"] == 1795510800, "seconds"


def test_every_page_comes(cloudtrail: Cloudtrail) -> None:
    cloudtrail.calls = [call(number=number) for number in range(120)]
    assert len({one.native_id for one in read(cloudtrail)}) == 120 and len(cloudtrail.asked) == 3


def test_a_window_of_more_than_ninety_days_ago_is_a_gap(cloudtrail: Cloudtrail) -> None:
    (notice,) = read(cloudtrail, Window(WINDOW.start - timedelta(days=91), WINDOW.end))
    assert isinstance(notice, Notice) and notice.gap and "90 days" in notice.detail


def test_calls_that_are_not_stored_yet_are_a_gap(cloudtrail: Cloudtrail) -> None:
    (notice,) = read(cloudtrail, Window(WINDOW.start, NOW - timedelta(minutes=5)))
    assert notice.gap and "15 min late" in notice.detail


def test_a_call_that_cannot_be_read_is_rejected_alone(cloudtrail: Cloudtrail) -> None:
    cloudtrail.calls = [call(), {**call(number=2), "CloudTrailEvent": "{"}]
    found = read(cloudtrail)
    assert [one.where for one in found if isinstance(one, Rejected)] == ["call id-2"]
    assert sum(isinstance(one, Event) for one in found) == 1


def test_a_refusal_names_the_permission(cloudtrail: Cloudtrail) -> None:
    cloudtrail.refuse = "AccessDeniedException"
    with pytest.raises(SourceError, match="Allow cloudtrail:LookupEvents"):
        read(cloudtrail)


def test_check_says_how_far_back_calls_go(cloudtrail: Cloudtrail) -> None:
    (check,) = connector(cloudtrail).check()
    assert check.ok and check.reaches == NOW - timedelta(days=90)
