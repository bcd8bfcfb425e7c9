"""One entry of the audit log as a change."""

import re
from collections.abc import Iterator
from typing import Any

from connectors.launchdarkly.settings import LaunchdarklySettings
from pipeline import flags, times
from pipeline.event import Event

# "proj/shop:env/production:flag/new-cart;beta,web" (https://launchdarkly.com/docs/home/account/role-resources)
_PART = re.compile(r"(?:^|:)([a-z-]+)/([^:;]+)")


def change(settings: LaunchdarklySettings, raw: Any) -> Iterator[Event]:
    """The event, or nothing where it is none of those that are read. `title` is left out: it names people."""
    kind, resources = str(raw["kind"]), (raw.get("target") or {}).get("resources") or [""]
    parts = dict(_PART.findall(str(resources[0])))
    project, environment = parts.get("proj", ""), parts.get("env", "")
    if not settings.wants(kind, project, environment):
        return
    key = parts.get(kind, "")
    name = str(raw.get("name") or key)
    verb = str(raw.get("titleVerb") or "") or _verb(raw, kind)
    place = f" in {environment}" if environment not in ("", "*") else ""
    labels = {"flag": key if kind == "flag" else "", "project": project, "environment": environment.strip("*")}
    labels["action"] = ", ".join(sorted({str(one.get("action")) for one in raw.get("accesses") or ()}))
    site = str(((raw.get("_links") or {}).get("site") or {}).get("href") or "")
    member = raw.get("member") or {}
    yield Event(
        at=times.from_epoch(int(raw["date"])), precision_s=0.001, kind="change", moment="changed",
        title=f"{verb[:1].upper()}{verb[1:]} {name}{place}", native_id=f"audit {raw['_id']}",
        service=flags.service(settings.services, key, project), url=f"{settings.base}{site}" if site else "",
        labels={label: text for label, text in labels.items() if text},
        body="\n".join(filter(None, (str(raw.get("description") or ""), str(raw.get("comment") or "")))),
        actor_role=f"login:{member['email']}" if member.get("email") else "",
    )  # fmt: skip


def _verb(raw: Any, kind: str) -> str:
    """`updateOn` → "update on the flag", where the entry has no words of its own."""
    action = next((str(one["action"]) for one in raw.get("accesses") or () if one.get("action")), "changed")
    return f"{re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', action).lower()} the {kind}"
