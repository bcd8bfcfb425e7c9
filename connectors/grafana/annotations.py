"""An annotation that somebody or some tool made, as an event."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.grafana.alerts import AROUND
from connectors.grafana.settings import GrafanaSettings
from pipeline import times
from pipeline.desks import headline, labels, login
from pipeline.event import DEFAULT_MOMENT, Event, Kind

_MARKS = re.compile(r"<[^<>]{1,200}>")  # annotations are written in HTML
_UNDONE = re.compile(r"\b(?:roll(?:ed|ing)?[ -]?back|revert(?:ed|ing)?)\b", re.IGNORECASE)
_KNOWN = ("service", "app", "component", "env", "environment", "version", "sha", "commit", "tag", "image_tag")


def annotation(settings: GrafanaSettings, raw: Any) -> Iterator[Event]:
    """A deploy, change or message, by its tags; one with a span also says when it ended."""
    title, body = headline(_MARKS.sub(" ", str(raw["text"])))
    if not title:
        return
    tags = [str(tag) for tag in raw.get("tags") or ()]
    pairs = _pairs(tags)
    kind: Kind = next((settings.kinds[tag] for tag in tags if tag in settings.kinds), "message")
    undone = kind == "deploy" and bool(_UNDONE.search(" ".join((title, *tags))))
    at, ended = times.from_epoch(raw["time"]), raw.get("timeEnd") or raw["time"]
    end = times.from_epoch(ended) if ended != raw["time"] else None
    dashboard, panel = str(raw.get("dashboardUID") or ""), raw.get("panelId") or ""
    named = {name: text for name, text in pairs.items() if name in _KNOWN}
    yield Event(
        at=at, end=end, precision_s=0.001, kind=kind, moment="rolled back" if undone else DEFAULT_MOMENT[kind],
        title=title, source=settings.name, native_id=f"annotation {raw['id']}",
        service=pairs.get(settings.service_label) or settings.services.get(dashboard, ""),
        labels={**named, **labels(tags=", ".join(tags), dashboard=dashboard, panel=panel)}, body=body,
        url=settings.panel_link(dashboard, panel, at - AROUND, (end or at) + AROUND) if dashboard else "",
        actor_role=login(raw),
    )  # fmt: skip


def _pairs(tags: list[str]) -> Mapping[str, str]:
    """`key:value` and `key=value` among the tags."""
    found = (re.fullmatch(r"([\w.-]+)[:=](.+)", tag) for tag in tags)
    return {one[1]: one[2].strip() for one in found if one}
