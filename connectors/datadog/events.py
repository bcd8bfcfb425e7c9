"""Events: what a monitor told, and what others did.

https://docs.datadoghq.com/api/latest/events/ (v2). A monitor's events of one group share an aggregation key.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from connectors.datadog.settings import DatadogSettings
from pipeline import times
from pipeline.event import Event, Kind, Moment

_SEVERITY = {"failure": "error", "error": "error", "warning": "warning", "success": "info", "info": "info"}


class Told:
    """The events of one account in order of time: a recovery belongs to the alert before it."""

    def __init__(self, settings: DatadogSettings) -> None:
        self._settings = settings
        self._open: dict[str, datetime] = {}

    def event(self, raw: Any) -> Iterator[Event]:
        outer = raw["attributes"]
        inner = outer.get("attributes") or {}
        at = times.from_epoch(float(inner["timestamp"])) if inner.get("timestamp") else times.parse(outer["timestamp"])
        tags = [str(one) for one in (outer.get("tags") or inner.get("tags") or ())]
        if inner.get("monitor_id") or inner.get("monitor"):
            yield self._alert(inner, at, tags)
        else:
            yield self._other(raw, inner, at, tags, str(outer.get("message") or ""))

    def _alert(self, inner: Any, at: datetime, tags: list[str]) -> Event:
        monitor, status = inner.get("monitor") or {}, str(inner.get("status") or "")
        name = str(monitor.get("name") or inner.get("title") or "")
        number, groups = inner.get("monitor_id") or monitor.get("id"), inner.get("monitor_groups") or ()
        key = f"monitor {number} {','.join(sorted(map(str, groups)))}".rstrip()
        moment, episode = self._moment(key, at, status, inner.get("duration"))
        labels = {"monitor": name, "monitor_id": str(number), "group": ",".join(map(str, groups))}
        service = _service(tags, inner) or self._settings.services.get(name, "")
        severity, title = "" if moment == "resolved" else _severity(status), str(inner.get("title") or name)
        body = str(monitor.get("message") or "")
        return self._made(at, "alert", moment, title, key, service, severity, labels, tags, episode=episode, body=body)

    def _moment(self, key: str, at: datetime, status: str, duration: Any) -> tuple[Moment, datetime | None]:
        """(moment, start of the episode): `duration` is what passed from the alert to the recovery, in ns."""
        if status == "success":
            known = self._open.pop(key, None)
            since = at - timedelta(microseconds=int(duration) // 1000) if duration else None
            return "resolved", known or since
        if key in self._open:
            return "observed", self._open[key]
        self._open[key] = at
        return "fired", at

    def _other(self, raw: Any, inner: Any, at: datetime, tags: list[str], message: str) -> Event:
        source = str(inner.get("source_type_name") or (inner.get("evt") or {}).get("source") or "")
        deploy = source in self._settings.deploy_sources
        kind: Kind = "deploy" if deploy else "log"
        title = str(inner.get("title") or " ".join(message.replace("%%%", "").split())[:300])
        if not title:
            raise ValueError("has neither title nor message")
        status, labels = str(inner.get("status") or ""), {"source": source}
        moment: Moment = "failed" if deploy and status in ("error", "failure") else "deployed" if deploy else "observed"
        native, service = f"event {raw['id']}", _service(tags, inner)
        return self._made(at, kind, moment, title, native, service, _severity(status), labels, tags, body=message)

    def _made(
        self, at: datetime, kind: Kind, moment: Moment, title: str, native: str, service: str, severity: str,
        labels: dict[str, str], tags: list[str], *, episode: datetime | None = None, body: str = "",
    ) -> Event:  # fmt: skip
        told = {name: text for name, _, text in (tag.partition(":") for tag in tags)}
        more = {name: told[name] for name in ("env", "version", "host") if name in told}
        return Event(
            at=at, precision_s=0.001, kind=kind, moment=moment, title=title, native_id=native, episode=episode,
            service=service, severity=severity, body="" if body == title else body,
            labels={name: text for name, text in (labels | more).items() if text},
        )  # fmt: skip


def _severity(status: str) -> str:
    return _SEVERITY.get(status, "")


def _service(tags: list[str], inner: Any) -> str:
    """The tag `service:NAME`, else what Datadog itself says."""
    named = next((tag.partition(":")[2] for tag in tags if tag.startswith("service:")), "")
    return named or (str(inner["service"]) if inner.get("service") not in (None, "undefined") else "")
