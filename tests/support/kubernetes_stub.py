"""An API server of the tests: lists in pieces with `limit` and `continue`, which expires (410) when told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT = "2026-11-24T09:24:00Z"


@dataclass
class Kubernetes:
    """`refuse` maps a part of a path to a status; `expire`: how many `continue` tokens are refused as too old."""

    events: list[dict[str, Any]] = field(default_factory=list)
    replicasets: list[dict[str, Any]] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    expire: int = 0
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        params = {name: values[0] for name, values in parse_qs(split.query).items()}
        self.asked.append(handler.path)
        self.headers.append(dict(handler.headers))
        status, body = self.respond(split.path, params)
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str]) -> tuple[int, Any]:
        """(status, body) of one request."""
        for part, status in self.refuse.items():
            if part in path:
                return status, {"kind": "Status", "message": "forbidden", "code": status}
        if path == "/version":
            return 200, {"gitVersion": "v1.31.0"}
        parts = path.split("/")
        every = getattr(self, parts[-1], None)
        if every is None or not path.startswith(("/api/v1/", "/apis/apps/v1/")):
            return 404, {"kind": "Status", "code": 404}
        space = parts[-2] if "namespaces" in parts else ""
        every = [one for one in every if not space or one["metadata"]["namespace"] == space]
        start, size = int(params.get("continue", 0)), int(params.get("limit", len(every) or 1))
        if start and self.expire:
            self.expire -= 1
            return 410, {"kind": "Status", "reason": "Expired", "code": 410}
        end = start + size
        meta = {"continue": str(end)} if end < len(every) else {}
        return 200, {"kind": "List", "metadata": meta, "items": every[start:end]}


def event(name: str, reason: str = "BackOff", **more: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}", "creationTimestamp": AT},
        "involvedObject": {"kind": "Pod", "name": "checkout-5d4f8c7b9d-x2x9b", "namespace": "shop"},
        "type": "Warning", "reason": reason, "message": "Back-off restarting failed container",
        "firstTimestamp": AT, "lastTimestamp": AT, "count": 1, "source": {"component": "kubelet", "host": "node-1"},
        **more,
    }  # fmt: skip


def replicaset(number: int, at: str, image: str = "shop/checkout:v1", **more: Any) -> dict[str, Any]:
    """`earlier`: revisions that it was before; `restarted`: when `kubectl rollout restart` was called."""
    notes = {"deployment.kubernetes.io/revision": str(number)}
    if earlier := more.get("earlier"):
        notes["deployment.kubernetes.io/revision-history"] = earlier
    name = f"checkout-{number}"
    marks = {"kubectl.kubernetes.io/restartedAt": more["restarted"]} if "restarted" in more else {}
    return {
        "metadata": {
            "name": name, "namespace": "shop", "uid": name, "creationTimestamp": at, "annotations": notes,
            "labels": {"app.kubernetes.io/name": "checkout-api"},
            "ownerReferences": [{"kind": "Deployment", "name": "checkout"}],
        },
        "spec": {"template": {"metadata": {"annotations": marks}, "spec": {"containers": [{"image": image}]}}},
    }  # fmt: skip


def deployment(reason: str = "NewReplicaSetAvailable", at: str = AT, **spec: Any) -> dict[str, Any]:
    condition = {"type": "Progressing", "reason": reason, "lastUpdateTime": at, "lastTransitionTime": at, "message": ""}
    return {
        "metadata": {"name": "checkout", "namespace": "shop", "labels": {"app.kubernetes.io/name": "checkout-api"}},
        "spec": spec, "status": {"conditions": [{"type": "Available"}, condition]},
    }  # fmt: skip


@contextmanager
def running(kubernetes: Kubernetes | None = None) -> Iterator[Kubernetes]:
    """The stub, served."""
    held = kubernetes or Kubernetes()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an event and a rollout."""
    ordinary = Kubernetes([event("e1")], [replicaset(1, AT)], [deployment()])
    with running(ordinary) as kubernetes:
        yield {"url": kubernetes.url.replace("//", "//bob:s3cret@")}
