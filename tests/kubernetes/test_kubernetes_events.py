"""Events and rollouts of a cluster, and how its limits end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kubernetes_stub import AT, Kubernetes, deployment, event, replicaset, running

from connectors.kubernetes import KubernetesConnector
from connectors.kubernetes.workloads import tag, workload
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

DAY = "2026-11-24T"
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=2))
NOW = START + timedelta(minutes=50)


@pytest.fixture
def cluster() -> Iterator[Kubernetes]:
    with running() as held:
        yield held


def connector(cluster: Kubernetes, now: datetime = NOW, **settings: Any) -> KubernetesConnector:
    given = {"use": "kubernetes", "name": "k8s", "url": cluster.url, "token": "t0ken"}
    checked = KubernetesConnector.Settings.model_validate({**given, **settings})
    return KubernetesConnector(checked, Http(30, lambda: now))


def read(cluster: Kubernetes, **settings: Any) -> list[Any]:
    return list(connector(cluster, **settings).events(WINDOW))


def test_a_warning_is_an_observation_of_its_service(cluster: Kubernetes) -> None:
    cluster.events = [event("e1")]
    (one,) = read(cluster)
    assert (one.kind, one.moment, one.severity, one.service) == ("log", "observed", "warning", "checkout")
    assert one.title == "BackOff: Pod checkout: Back-off restarting failed container"
    assert one.labels["object"] == "Pod/checkout-5d4f8c7b9d-x2x9b" and one.labels["node"] == "node-1"


def test_the_service_is_named_by_the_workload_s_label(cluster: Kubernetes) -> None:
    cluster.events, cluster.replicasets, cluster.deployments = [event("e1")], [replicaset(1, AT)], [deployment()]
    assert {one.service for one in read(cluster)} == {"checkout-api"}


def test_of_normal_events_those_that_change_something_are_read(cluster: Kubernetes) -> None:
    about = {"kind": "Deployment", "name": "checkout", "namespace": "shop"}
    cluster.events = [
        event("e1", "Pulled", type="Normal"),
        event("e2", "ScalingReplicaSet", type="Normal", involvedObject=about, message="Scaled up to 6"),
    ]
    (one,) = read(cluster)
    assert (one.kind, one.moment, one.severity) == ("change", "changed", "info")
    assert [one.labels["reason"] for one in read(cluster, reasons=["Pulled"])] == ["Pulled"]


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"lastTimestamp": f"{DAY}09:30:00Z", "firstTimestamp": None}, "09:30:00"),
        ({"lastTimestamp": None, "firstTimestamp": None, "eventTime": f"{DAY}09:31:00.250000Z"}, "09:31:00"),
        (
            {"lastTimestamp": None, "firstTimestamp": None, "eventTime": f"{DAY}08:00:00.5Z",
             "series": {"count": 9, "lastObservedTime": f"{DAY}09:32:00.000000Z"}},
            "09:32:00",
        ),
        ({"lastTimestamp": None, "firstTimestamp": None}, "09:24:00"),
    ],
    ids=["lastTimestamp", "eventTime", "series", "created"],
)  # fmt: skip
def test_the_time_is_where_this_kind_of_event_has_it(cluster: Kubernetes, fields: dict[str, Any], at: str) -> None:
    cluster.events = [event("e1", **fields)]
    (one,) = read(cluster)
    assert f"{one.at:%H:%M:%S}" == at


def test_a_repeated_event_is_told_at_its_first_time_in_the_window(cluster: Kubernetes) -> None:
    cluster.events = [
        event("e1", count=12, lastTimestamp=f"{DAY}09:40:00Z"),
        event("e2", count=70, firstTimestamp=f"{DAY}07:00:00Z", lastTimestamp=f"{DAY}09:41:00Z"),
    ]
    one, two = read(cluster)
    assert (f"{one.at:%H:%M}", f"{one.end:%H:%M}") == ("09:24", "09:40") and "(12 times)" in one.title
    assert (f"{two.at:%H:%M}", two.end) == ("09:41", None)
    assert f"(70 times since {DAY}07:00:00Z)" in two.title


def test_what_the_server_no_longer_keeps_is_a_gap(cluster: Kubernetes) -> None:
    notice, *_ = read(cluster, now=START + timedelta(hours=5))
    assert isinstance(notice, Notice) and (notice.kind, notice.gap) == ("retention", True)
    assert "those before 2026-11-24T13:00:00Z are gone" in notice.detail
    assert read(cluster, now=START + timedelta(hours=3), event_hours=3) == []


def test_a_list_comes_in_pieces_once_also_where_it_expires(cluster: Kubernetes) -> None:
    """410: the token of the next piece was too old; the list begins anew, and nothing comes twice."""
    cluster.events, cluster.expire = [event(f"e{number}") for number in range(1200)], 2
    assert [one.native_id for one in read(cluster)] == [f"event uid-e{number}" for number in range(1200)]


def test_a_list_that_always_expires_is_a_gap(cluster: Kubernetes) -> None:
    cluster.events, cluster.expire = [event(f"e{number}") for number in range(1200)], 99
    *found, notice = read(cluster)
    assert len(found) == 500 and notice.gap and "changed faster" in notice.detail


def told(cluster: Kubernetes, **settings: Any) -> list[tuple[str, str, str]]:
    return [(f"{one.at:%H:%M}", one.moment, one.title) for one in read(cluster, **settings) if isinstance(one, Event)]


def test_each_new_replica_set_is_a_deploy(cluster: Kubernetes) -> None:
    cluster.replicasets = [
        replicaset(1, f"{DAY}06:00:00Z"), replicaset(2, f"{DAY}09:20:00Z", "registry:5000/shop/checkout:v2@sha256:ab"),
        replicaset(3, f"{DAY}09:30:00Z", "registry:5000/shop/checkout:v2@sha256:ab"),
        replicaset(4, f"{DAY}09:40:00Z", "registry:5000/shop/checkout:v2@sha256:ab", restarted=f"{DAY}09:39:59Z"),
    ]  # fmt: skip
    cluster.deployments = [deployment()]
    assert told(cluster) == [
        ("06:00", "deployed", "Deploy checkout-api v1 (revision 1)"),
        ("09:20", "deployed", "Deploy checkout-api v2 (revision 2)"),
        ("09:30", "deployed", "Change configuration of checkout-api (revision 3)"),
        ("09:40", "deployed", "Restart checkout-api (revision 4)"),
    ]


def test_a_rollback_takes_an_old_replica_set(cluster: Kubernetes) -> None:
    """Its revision is new and its time of creation old: when it was, the Deployment's condition tells."""
    cluster.replicasets = [
        replicaset(3, f"{DAY}06:00:00Z", "shop/checkout:v1", earlier="1"),
        replicaset(2, f"{DAY}09:20:00Z", "shop/checkout:v2"),
    ]
    cluster.deployments = [deployment(at=f"{DAY}09:45:00Z")]
    assert told(cluster)[-1] == ("09:45", "rolled back", "Roll back checkout-api to v1 (revision 3, which was 1)")
    assert told(cluster)[0] == ("06:00", "deployed", "Deploy checkout-api v1 (revision 1)")
    assert read(cluster)[-1].labels["rolls_back"] == "v2"


def test_a_rollout_that_does_not_come_up_failed(cluster: Kubernetes) -> None:
    cluster.replicasets = [replicaset(2, f"{DAY}09:20:00Z", "shop/checkout:v2")]
    cluster.deployments = [deployment("ProgressDeadlineExceeded", f"{DAY}09:30:00Z")]
    assert told(cluster)[-1] == ("09:30", "failed", "Rollout of checkout-api v2 failed")


def test_rollouts_that_were_cleaned_up_are_a_gap(cluster: Kubernetes) -> None:
    cluster.replicasets = [replicaset(number, f"{DAY}09:{number:02}:00Z") for number in range(20, 23)]
    cluster.deployments = [deployment(revisionHistoryLimit=2)]
    notice, *found = read(cluster)
    assert notice.gap and "the last 3 rollouts" in notice.detail and len(found) == 3
    cluster.deployments = [deployment(revisionHistoryLimit=10)]
    assert all(isinstance(one, Event) for one in read(cluster))
    cluster.deployments = [deployment(revisionHistoryLimit=2)]
    cluster.replicasets[0] = replicaset(20, f"{DAY}08:00:00Z")  # the history goes back to before the window
    assert all(isinstance(one, Event) for one in read(cluster))


def test_replica_sets_of_nobody_are_none_of_ours(cluster: Kubernetes) -> None:
    alone = replicaset(1, AT)
    alone["metadata"]["ownerReferences"] = []
    cluster.replicasets, cluster.deployments = [alone], [deployment()]
    assert read(cluster) == []


def test_namespaces_are_read_one_by_one_and_one_that_is_refused_is_a_gap(cluster: Kubernetes) -> None:
    cluster.events, cluster.refuse = [event("e1")], {"namespaces/payments": 403}
    found = read(cluster, namespaces=["shop", "payments"])
    gaps = [one for one in found if isinstance(one, Notice)]
    assert [type(one) for one in found if one not in gaps] == [Event] and all(one.gap for one in gaps)
    assert any("api/v1/namespaces/payments/events" in one.detail for one in gaps)
    assert "/api/v1/namespaces/shop/events?limit=500" in cluster.asked


@pytest.mark.parametrize(("status", "fix"), [(401, "expired"), (403, "the role")])
def test_what_refuses_everything_is_an_error(cluster: Kubernetes, status: int, fix: str) -> None:
    cluster.refuse = {"": status}
    with pytest.raises(SourceError, match=fix):
        read(cluster)


def test_a_record_that_lacks_what_it_needs_is_rejected_alone(cluster: Kubernetes) -> None:
    cluster.events = [event("e1"), event("e2", lastTimestamp="soon")]
    one, rejected = read(cluster)
    assert isinstance(one, Event) and isinstance(rejected, Rejected) and rejected.where == "event e2"


def test_doctor_says_how_far_back_events_reach(cluster: Kubernetes) -> None:
    checks = {one.name: one for one in connector(cluster).check()}
    assert checks["API server"].ok and checks["api/v1/events"].ok and checks["apis/apps/v1/deployments"].ok
    assert checks["retention"].reaches == NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("Pod", "checkout-5d4f8c7b9d-x2x9b", "checkout"), ("Pod", "db-0", "db"), ("Pod", "agent-7kx2p", "agent"),
        ("Pod", "standalone", "standalone"), ("ReplicaSet", "cart-api-6c8b9d7f5c", "cart-api"),
        ("Deployment", "cart-api", "cart-api"), ("Pod", "cart-api-worker-6c8b9d7f5c-bbzzx", "cart-api-worker"),
    ],
)  # fmt: skip
def test_a_pod_s_name_tells_its_workload(kind: str, name: str, found: str) -> None:
    assert workload(kind, name) == found


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("shop/checkout:v1.2", "v1.2"), ("registry:5000/shop/checkout", ""), ("a/b:v1@sha256:abc", "v1"),
        ("a/b@sha256:0123456789abcdef", "0123456789ab"),
    ],
)  # fmt: skip
def test_an_image_s_tag_is_the_version(image: str, found: str) -> None:
    assert tag(image) == found
