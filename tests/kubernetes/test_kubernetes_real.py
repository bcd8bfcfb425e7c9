"""Events and rollouts of an emulated API server, which keeps what is created in it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kubernetes_emulator import create, kubernetes
from kubernetes_stub import AT, deployment, event, replicaset

from connectors.kubernetes import KubernetesConnector
from pipeline.event import Event
from pipeline.http import Http
from pipeline.incident import Window

pytestmark = pytest.mark.real
START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("cluster")
    with kubernetes(folder) as address:
        create(address, "api/v1", "events", event("e1"))
        other = event("e2")
        create(address, "api/v1", "events", {**other, "metadata": {**other["metadata"], "namespace": "blog"}})
        create(address, "apis/apps/v1", "replicasets", replicaset(1, AT))
        create(address, "apis/apps/v1", "deployments", deployment())
        yield address


def connector(address: str, **settings: Any) -> KubernetesConnector:
    given = {"use": "kubernetes", "name": "k8s", "url": address, "token": "t0ken", **settings}
    now = lambda: START + timedelta(minutes=50)  # noqa: E731
    return KubernetesConnector(KubernetesConnector.Settings.model_validate(given), Http(30, now))


def test_events_and_rollouts_of_the_whole_cluster_and_of_one_namespace(cluster: str) -> None:
    window = Window(START, START + timedelta(minutes=50))
    every, of_shop = (
        [one for one in connector(cluster, **chosen).events(window) if isinstance(one, Event)]
        for chosen in ({}, {"namespaces": ["shop"]})
    )
    assert sorted(one.kind for one in every) == ["deploy", "log", "log"]
    assert sorted(one.kind for one in of_shop) == ["deploy", "log"]
    assert {one.service for one in of_shop} == {"checkout-api"}


def test_doctor_finds_the_cluster_well(cluster: str) -> None:
    found = list(connector(cluster).check())
    assert len(found) == 5 and all(check.ok for check in found)
