"""Rollouts of Deployments, from their ReplicaSets.

Each new pod template makes a ReplicaSet. A rollback makes none: it takes an old one, which gets a new revision and
keeps the former ones in an annotation; when that was, only the Deployment's condition tells
(kubernetes/kubernetes, pkg/controller/deployment/util).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.kubernetes.api import Api
from connectors.kubernetes.workloads import images, owner, service, tag
from pipeline import times
from pipeline.event import Event, Moment, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood

_NAME = value("metadata", "name")
_REVISION, _BEFORE = "deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history"
_CAUSE, _RESTARTED = "kubernetes.io/change-cause", "kubectl.kubernetes.io/restartedAt"
RESTART = timedelta(minutes=2)  # `kubectl rollout restart` writes its time just before the ReplicaSet is made
KEPT = 10  # revisionHistoryLimit where none is set


@dataclass(frozen=True, slots=True)
class Revision:
    """One ReplicaSet of a Deployment."""

    of: str  # namespace/deployment
    at: datetime
    number: int
    earlier: tuple[int, ...]  # revisions that it was before, where it was rolled back to
    images: tuple[str, ...]
    labels: dict[str, Any]
    raw: Any


def read(api: Api, path: str) -> Iterator[Revision | Notice | Rejected]:
    """The ReplicaSets that belong to Deployments."""
    for raw in api.all(path):
        yield from understood(_revision, raw, f"replica set {_NAME(raw)}")


def _revision(raw: Any) -> Iterator[Revision]:
    meta = raw["metadata"]
    notes = meta.get("annotations") or {}
    if (name := owner(raw)) and _REVISION in notes:
        before = tuple(int(one) for one in str(notes.get(_BEFORE) or "").split(",") if one.strip())
        yield Revision(
            f"{meta.get('namespace', '')}/{name}", times.parse(meta["creationTimestamp"]), int(notes[_REVISION]),
            before, tuple(images(raw)), dict(meta.get("labels") or {}), raw,
        )  # fmt: skip


def rollouts(
    api: Api, path: str, found: list[Revision], window: Window
) -> Iterator[Event | Notice | Rejected]:  # fmt: skip
    """An event for each ReplicaSet that was made, and for what the Deployments of `path` tell of their last rollout."""
    of: dict[str, list[Revision]] = defaultdict(list)
    for one in sorted(found, key=lambda one: (one.at, one.number)):
        of[one.of].append(one)
    for deployment in api.all(path):
        yield from understood(partial(_told, api, of, window), deployment, f"deployment {_NAME(deployment)}")


def _told(api: Api, of: dict[str, list[Revision]], window: Window, raw: Any) -> Iterator[Event | Notice]:
    meta = raw["metadata"]
    name = f"{meta.get('namespace', '')}/{meta['name']}"
    line = of.get(name, [])
    kept = raw["spec"].get("revisionHistoryLimit")
    if len(line) > (KEPT if kept is None else kept) and line[0].at > window.start:
        detail = (
            f"{name}: only the last {len(line)} rollouts are kept (revisionHistoryLimit); earlier ones are not seen."
        )
        yield Notice(kind="retention", detail=detail, gap=True)
    told = service(meta.get("labels"), api.settings.service_label, meta["name"])
    for before, one in zip([None, *line], line, strict=False):
        yield _made(one, before, told)
    if not line:
        return
    now = max(line, key=lambda one: one.number)
    for condition in (raw.get("status") or {}).get("conditions") or ():
        if condition.get("type") != "Progressing":
            continue
        if condition.get("reason") == "NewReplicaSetAvailable" and now.earlier:
            yield _rolled_back(now, line, told, str(condition["lastUpdateTime"]))
        elif condition.get("reason") == "ProgressDeadlineExceeded":
            at, what = str(condition["lastTransitionTime"]), f"Rollout of {told} {_versions(now)} failed"
            yield _event(now, at, "failed", f"{what}: {condition.get('message') or ''}".rstrip(": "), told, "failed")


def _made(one: Revision, before: Revision | None, told: str) -> Event:
    """A rollout began; with the images that ran before, it is a restart or a change of configuration."""
    at = one.raw["metadata"]["creationTimestamp"]
    first = min((one.number, *one.earlier))
    template = one.raw["spec"]["template"].get("metadata") or {}
    asked = (template.get("annotations") or {}).get(_RESTARTED)
    restart = asked is not None and abs(times.parse(str(asked)) - one.at) < RESTART
    same = before is not None and before.images == one.images
    if restart and same:
        title = f"Restart {told} (revision {first})"
    elif same:
        title = f"Change configuration of {told} (revision {first})"
    else:
        title = f"Deploy {told} {_versions(one)} (revision {first})"
    return _event(one, at, "deployed", title, told, f"revision {first}")


def _rolled_back(now: Revision, line: list[Revision], told: str, at: str) -> Event:
    before = sorted((one for one in line if one is not now), key=lambda one: one.number)
    undone = _versions(before[-1]) if before else ""
    title = f"Roll back {told} to {_versions(now)} (revision {now.number}, which was {now.earlier[-1]})"
    return _event(now, at, "rolled back", title, told, f"revision {now.number}", rolls_back=undone)


def _versions(one: Revision) -> str:
    return ", ".join(filter(None, map(tag, one.images))) or ", ".join(one.images)


def _event(one: Revision, at: str, moment: Moment, title: str, told: str, what: str, **more: str) -> Event:
    notes = one.raw["metadata"].get("annotations") or {}
    labels = {
        "version": tag(one.images[0]) if one.images else "", "images": ", ".join(one.images),
        "namespace": one.of.partition("/")[0], "deployment": one.of.partition("/")[2],
        "replica_set": str(one.raw["metadata"]["name"]), **more,
    }  # fmt: skip
    return Event(
        at=times.parse(at), at_text=at, precision_s=1.0, kind="deploy", moment=moment, title=title, service=told,
        native_id=f"{one.of} {one.raw['metadata'].get('uid', one.raw['metadata']['name'])} {what}",
        labels={name: text for name, text in labels.items() if text}, body=str(notes.get(_CAUSE) or ""),
    )  # fmt: skip
