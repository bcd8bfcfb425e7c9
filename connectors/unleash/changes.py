"""One entry of the event log as a change."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from connectors.unleash.settings import UnleashSettings
from pipeline import flags, times
from pipeline.event import Event

LINES = 20  # of what changed
_SWITCHED = {"feature-environment-enabled": "switched on", "feature-environment-disabled": "switched off"}


def change(settings: UnleashSettings, raw: Any) -> Iterator[Event]:
    """The event, or nothing where it is none of those that are read. `summary` is left out: it names people."""
    kind, flag = str(raw["type"]), str(raw.get("featureName") or "")
    project, environment = str(raw.get("project") or ""), str(raw.get("environment") or "")
    if not settings.wants(kind, project, environment):
        return
    what = flag or str((raw.get("data") or {}).get("name") or "")
    if kind in _SWITCHED:
        title = f"Flag {what} {_SWITCHED[kind]}"
    else:
        title = f"{kind.replace('-', ' ').capitalize()}: {what}".rstrip(": ")
    labels = {"flag": flag, "project": project, "environment": environment, "type": kind}
    page = f"projects/{quote(project, safe='')}/features/{quote(flag, safe='')}/logs" if flag and project else "history"
    yield Event(
        at=times.parse(raw["createdAt"]), at_text=raw["createdAt"], precision_s=0.001, kind="change",
        moment="changed", title=title + (f" in {environment}" if environment else ""),
        native_id=f"event {raw['id']}", service=flags.service(settings.services, flag, project),
        labels={name: text for name, text in labels.items() if text}, url=f"{settings.base}/{page}",
        body="\n".join(_changed(raw.get("preData"), raw.get("data"))),
        actor_role=f"login:{raw['createdBy']}" if raw.get("createdBy") else "",
    )  # fmt: skip


def _changed(before: Any, after: Any) -> Iterator[str]:
    """`name: old → new` of each value that is another one, at most LINES."""
    if not isinstance(before, dict):
        before = {}
    if not isinstance(after, dict):
        after = {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    for name in names[:LINES]:
        yield f"{name}: {_short(before.get(name))} → {_short(after.get(name))}"
    if len(names) > LINES:
        yield f"and {len(names) - LINES} more"


def _short(value: Any) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:119]}…"
