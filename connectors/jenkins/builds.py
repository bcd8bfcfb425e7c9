"""Builds of one job as deploys.

`builds` would be the newest 100 only; `allBuilds` takes a range. `timestamp` is when a build began, in ms: it ended
`duration` ms later (hudson.model.Run, hudson.model.Job).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.jenkins.api import Api
from pipeline import times
from pipeline.event import Event, Moment, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood, undone

LONGEST = timedelta(days=1)  # a build that began this long before the window may end in it
_RESULTS: dict[str, Moment] = {
    "SUCCESS": "deployed", "UNSTABLE": "deployed", "FAILURE": "failed", "ABORTED": "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    number: int
    began: datetime
    parameters: dict[str, str]
    raw: Any


def builds(api: Api, job: str, window: Window) -> Iterator[Event | Notice | Rejected]:
    """An event for each build that ended since the history began, oldest first."""
    found: dict[int, Build] = {}
    oldest = window.start - max(timedelta(days=api.settings.history), LONGEST)
    whole = True
    for raw in api.builds(job):  # newest first; one that begins meanwhile shifts the others, so some come twice
        for one in understood(_read, raw, f"{job} #{value('number')(raw)}"):
            if isinstance(one, Build):
                found[one.number] = one
                whole = one.began >= oldest
            else:
                yield one
        if not whole:
            break
    line = sorted(found.values(), key=lambda one: (one.began, one.number))
    if whole and line and line[0].number > 1 and line[0].began > window.start:
        detail = f"{job}: builds before #{line[0].number} ({times.rfc3339(line[0].began)}) were discarded."
        yield Notice(kind="retention", detail=detail, gap=True)
    ran: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in line:
        yield from understood(partial(_event, api, job, ran), one, f"{job} #{one.number}")


def _read(raw: Any) -> Iterator[Build]:
    parameters = {
        str(one["name"]): str(one.get("value") or "")
        for action in raw.get("actions") or ()
        for one in (action or {}).get("parameters") or ()
        if one.get("name")
    }
    yield Build(int(raw["number"]), times.from_epoch(int(raw["timestamp"])), parameters, raw)


def _event(api: Api, job: str, ran: dict[tuple[str, str], list[str]], one: Build) -> Iterator[Event]:
    result = str(one.raw.get("result") or "")
    moment = _RESULTS.get(result)
    if one.raw.get("building") or not moment:
        return
    settings, told = api.settings, one.parameters
    service = told.get(settings.service_parameter) or settings.service(job)
    version, environment = told.get(settings.version_parameter, ""), told.get(settings.environment_parameter, "")
    sha, undoes = _sha(one.raw), ""
    if moment == "deployed" and (what := version or sha):
        line = ran[service, environment]
        undoes = undone(line, what)
        line.append(what)
    labels = {
        "version": version, "sha": sha, "environment": environment, "job": job, "result": result,
        "started_at": times.rfc3339(one.began), "rolls_back": undoes,
    }  # fmt: skip
    yield Event(
        at=one.began + timedelta(milliseconds=int(one.raw.get("duration") or 0)), precision_s=0.001, kind="deploy",
        moment="rolled back" if undoes else moment, service=service,
        title=_title(service, version or sha[:7], result, undoes) + f" ({job} #{one.number})",
        native_id=f"{job} #{one.number}", labels={name: text for name, text in labels.items() if text},
        url=str(one.raw.get("url") or ""), body=str(one.raw.get("description") or ""), actor_role=_login(one.raw),
    )  # fmt: skip


def _title(service: str, version: str, result: str, undoes: str) -> str:
    what = f"{service} {version}".rstrip()
    if undoes:
        return f"Roll back {service} to {version}"
    if result in ("SUCCESS", "UNSTABLE"):
        return f"Deploy {what}" + (", unstable" if result == "UNSTABLE" else "")
    return f"Deploy of {what} {'aborted' if result == 'ABORTED' else 'failed'}"


def _sha(raw: Any) -> str:
    """The commit that the Git plug-in built."""
    built = ((action or {}).get("lastBuiltRevision") or {} for action in raw.get("actions") or ())
    return next((str(one["SHA1"]) for one in built if one.get("SHA1")), "")


def _login(raw: Any) -> str:
    causes = (cause for action in raw.get("actions") or () for cause in (action or {}).get("causes") or ())
    return next((f"login:{cause['userId']}" for cause in causes if cause.get("userId")), "")
