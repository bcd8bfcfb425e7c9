"""Names of workloads: what pods and replica sets belong to, and which service that is."""

import re
from collections.abc import Mapping
from typing import Any

# The letters that Kubernetes makes names of (k8s.io/apimachinery/pkg/util/rand): no vowels, no 0, 1 and 3.
_SAFE = "bcdfghjklmnpqrstvwxz2456789"
_REPLICA_SET = re.compile(rf"-[{_SAFE}]{{5,10}}$")
_POD = re.compile(rf"(?:-[{_SAFE}]{{8,10}})?-(?:[{_SAFE}]{{5}}|\d+)$")


def workload(kind: str, name: str) -> str:
    """The workload that an object belongs to, by its name: `checkout` for the pod `checkout-5d4f8c7b9d-x2x9b`."""
    if kind == "Pod":
        return _POD.sub("", name) or name
    return _REPLICA_SET.sub("", name) if kind == "ReplicaSet" else name


def service(labels: Mapping[str, Any] | None, service_label: str, name: str) -> str:
    return str((labels or {}).get(service_label) or name)


def owner(raw: Any) -> str:
    """The Deployment that a ReplicaSet belongs to, "" where it belongs to none."""
    owners = raw["metadata"].get("ownerReferences") or ()
    return next((str(one["name"]) for one in owners if one.get("kind") == "Deployment"), "")


def images(raw: Any) -> list[str]:
    """The images of a pod template, those of the containers that run."""
    return [str(one.get("image") or "") for one in raw["spec"]["template"]["spec"].get("containers") or ()]


def tag(image: str) -> str:
    """The tag of an image, else the start of its digest, else ""."""
    name, _, digest = image.partition("@")
    last = name.rpartition("/")[2]
    return last.partition(":")[2] or digest.removeprefix("sha256:")[:12]
