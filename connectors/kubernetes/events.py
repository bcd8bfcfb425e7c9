"""The cluster's own events. They live for an hour, unless the API server is told otherwise."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.kubernetes.api import Api
from connectors.kubernetes.workloads import workload
from pipeline import times
from pipeline.event import Event, Kind, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood

_CHANGES = ("ScalingReplicaSet", "SuccessfulRescale")


def cluster_events(
    api: Api, path: str, window: Window, services: Mapping[str, str]
) -> Iterator[Event | Notice | Rejected]:
    """Warnings, and Normal events with the configured reasons. `services`: workload of a namespace → its service."""
    kept_since = api.http.now() - timedelta(hours=api.settings.event_hours)
    if window.start < kept_since:
        yield Notice(
            kind="retention",
            detail=f"Kubernetes keeps events for {api.settings.event_hours:g} h: those before "
            f"{times.rfc3339(kept_since.replace(microsecond=0))} are gone. Collect sooner, raise --event-ttl, or "
            "export events to a log store.",
            gap=True,
        )
    for raw in api.all(path):
        yield from understood(partial(_event, api, window, services), raw, f"event {value('metadata', 'name')(raw)}")


def _event(api: Api, window: Window, services: Mapping[str, str], raw: Any) -> Iterator[Event]:
    reason, warning = str(raw.get("reason") or ""), raw.get("type") == "Warning"
    if not warning and reason not in api.settings.reasons:
        return
    about, series = raw["involvedObject"], raw.get("series") or {}
    last = raw.get("lastTimestamp") or series.get("lastObservedTime") or raw.get("eventTime")
    last = str(last or raw["metadata"]["creationTimestamp"])
    first = str(raw.get("firstTimestamp") or raw.get("eventTime") or last)
    whole = times.parse(first) in window  # what began before is told at its last time
    count = int(series.get("count") or raw.get("count") or 1)
    kind, name, space = str(about.get("kind") or ""), str(about.get("name") or ""), str(about.get("namespace") or "")
    owner = workload(kind, name)
    again = f" ({count} times since {first})" if count > 1 and not whole else f" ({count} times)" if count > 1 else ""
    labels = {
        "reason": reason, "namespace": space, "object": f"{kind}/{name}", "count": str(count),
        "node": str((raw.get("source") or {}).get("host") or ""),
        "reported_by": str((raw.get("source") or {}).get("component") or raw.get("reportingComponent") or ""),
    }  # fmt: skip
    meant: Kind = "change" if reason in _CHANGES else "log"
    yield Event(
        at=times.parse(first if whole else last), at_text=first if whole else last, kind=meant,
        end=times.parse(last) if whole and last != first else None,
        moment="changed" if meant == "change" else "observed", precision_s=1.0 if raw.get("lastTimestamp") else 0.0,
        title=f"{reason}: {kind} {owner}{again}: {raw.get('message') or ''}".rstrip(": "),
        service=services.get(f"{space}/{owner}", "" if kind == "Node" else owner),
        severity="warning" if warning else "info", labels={key: text for key, text in labels.items() if text},
        native_id=f"event {raw['metadata'].get('uid') or raw['metadata']['name']}",
    )  # fmt: skip
