"""Releases as changes, and their deploys."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.sentry.api import PAGE, Api
from pipeline import times
from pipeline.event import Event, Kind, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood


def releases(api: Api, window: Window) -> Iterator[Event | Notice | Rejected]:
    """The deploys of each release that was made up to `history` days before the window; the release itself where
    nobody told Sentry of a deploy. A whole page of older ones ends the list."""
    oldest, older = window.start - timedelta(days=api.settings.history), 0
    for raw in api.releases():
        made = list(understood(partial(_made, api), raw, f"release {value('version')(raw)}"))
        events = [one for one in made if isinstance(one, Event)]
        older = older + 1 if events and all(one.at < oldest for one in events) else 0
        if not older and isinstance(raw, dict) and raw.get("deployCount") and events:
            for deploy in api.deploys(str(raw["version"])):
                yield from understood(partial(_deploy, api, raw), deploy, f"deploy {value('id')(deploy)}")
        elif not older:
            yield from made
        if older >= PAGE:
            return


def _made(api: Api, raw: Any) -> Iterator[Event]:
    """The release, once for each of its projects that is read."""
    at = str(raw.get("dateReleased") or raw["dateCreated"])
    for project in _projects(api, raw):
        yield _event(api, raw, project, at, "change", "Release {version} of {service}", "")


def _deploy(api: Api, release: Any, raw: Any) -> Iterator[Event]:
    environment = str(raw.get("environment") or "")
    at = str(raw.get("dateFinished") or raw["dateCreated"])
    title = "{service} {version} deployed" + (f" to {environment}" if environment else "")
    for project in _projects(api, release) if api.settings.wants(environment) else ():
        yield _event(api, release, project, at, "deploy", title, f" deploy {raw['id']}", environment)


def _projects(api: Api, raw: Any) -> list[str]:
    slugs = [str(one["slug"]) for one in raw.get("projects") or () if one.get("slug")]
    return [slug for slug in slugs if not api.settings.projects or slug in api.settings.projects]


def _event(
    api: Api, raw: Any, project: str, at: str, kind: Kind, title: str, native: str, environment: str = ""
) -> Event:
    version, service = str(raw["version"]), api.settings.service(project)
    short = str(raw.get("shortVersion") or version)
    labels = {"version": version, "project": project, "environment": environment, "sha": str(raw.get("ref") or "")}
    return Event(
        at=times.parse(at), at_text=at, precision_s=1e-6 if "." in at else 1.0, kind=kind,
        moment="deployed" if kind == "deploy" else "changed", title=title.format(version=short, service=service),
        native_id=f"release {version} of {project}{native}", service=service, url=str(raw.get("url") or ""),
        labels={name: text for name, text in labels.items() if text},
    )  # fmt: skip
