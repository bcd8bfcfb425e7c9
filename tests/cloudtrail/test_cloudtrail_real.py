"""CloudTrail as an emulator plays it, which records the calls that are made to it."""

from datetime import timedelta
from typing import Any

import pytest
from aws_emulators import ministack, now, service
from cloudtrail_stub import KEYS

from connectors.cloudtrail import CloudtrailConnector
from pipeline.event import Event
from pipeline.http import Http
from pipeline.incident import Window

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """(checks, events) of an account in which a cluster was made, changed and looked at."""
    with ministack(tmp_path_factory.mktemp("aws"), CLOUDTRAIL_RECORDING="1") as address:
        ecs = service(address, "ecs", "AmazonEC2ContainerServiceV20141113")
        ecs.call("CreateCluster", clusterName="shop")
        ecs.call("DescribeClusters", clusters=["shop"])
        ecs.call("DeleteCluster", cluster="shop")
        given = {"use": "cloudtrail", "name": "aws", "url": address, **KEYS}
        made = CloudtrailConnector(CloudtrailConnector.Settings.model_validate(given), Http(60, now))
        window = Window(now() - timedelta(hours=1), now() + timedelta(hours=1))
        return list(made.check()), [one for one in made.events(window) if isinstance(one, Event)]


def test_calls_that_changed_something_are_changes(recorded: Any) -> None:
    _, found = recorded
    assert [one.labels["action"] for one in found] == ["DeleteCluster", "CreateCluster"], "the newest first"
    assert {(one.kind, one.moment, one.labels["source"]) for one in found} == {
        ("change", "changed", "ecs.amazonaws.com")
    }
    assert len({one.native_id for one in found}) == 2 and all(one.actor_role for one in found)


def test_doctor_finds_it_well(recorded: Any) -> None:
    (check,) = recorded[0]
    assert check.ok and check.reaches
