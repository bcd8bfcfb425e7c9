"""Workflow runs that deploy, published releases, and merged pull requests."""

from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from connectors.github.api import PAGE, Api, login
from pipeline import times
from pipeline.event import Event, Moment, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood

STARTED_BEFORE = timedelta(days=1)
_CONCLUSIONS: dict[str, Moment] = {
    "success": "deployed", "failure": "failed", "timed_out": "failed", "startup_failure": "failed",
    "cancelled": "failed",
}  # fmt: skip


def runs(api: Api, repository: str, window: Window) -> Iterator[Event | Notice | Rejected]:
    """The runs of the configured workflows that ended; also those that began up to a day before the window."""
    span = Window(window.start - STARTED_BEFORE, window.end)
    for raw in api.between(f"repos/{repository}/actions/runs", span, "workflow_runs", "id", created="{span}"):
        yield from understood(partial(_run, api, repository), raw, f"workflow run {value('id')(raw)}")


def _run(api: Api, repository: str, raw: Any) -> Iterator[Event]:
    name = str(raw.get("name") or "")
    moment = _CONCLUSIONS.get(str(raw.get("conclusion")))
    called = (name, PurePosixPath(str(raw.get("path") or "")).name)
    wanted = any(fnmatchcase(one, glob) for one in called for glob in api.settings.workflows)
    if not moment or not wanted:
        return
    service, attempt = api.settings.service(repository), int(raw.get("run_attempt") or 1)
    ended = "" if moment == "deployed" else f" {raw['conclusion'].replace('_', ' ')}"
    labels = {
        "sha": raw.get("head_sha"), "branch": raw.get("head_branch"), "workflow": name, "repository": repository,
        "conclusion": raw["conclusion"], "started_at": raw.get("run_started_at"),
    }  # fmt: skip
    yield Event(
        at=times.parse(raw["updated_at"]), at_text=raw["updated_at"], precision_s=1.0, kind="deploy", moment=moment,
        title=f"{name} of {service} {str(raw.get('head_sha') or '')[:7]}".rstrip() + ended, service=service,
        native_id=f"{repository} run {raw['id']} attempt {attempt}", url=str(raw.get("html_url") or ""),
        labels={key: str(text) for key, text in labels.items() if text}, body=str(raw.get("display_title") or ""),
        actor_role=login(raw.get("triggering_actor") or raw.get("actor")),
    )  # fmt: skip


def releases(api: Api, repository: str, window: Window) -> Iterator[Event | Notice | Rejected]:
    """The published releases, newest first; a whole page from before the window ends the list."""
    older = 0
    for raw in api.pages(f"repos/{repository}/releases"):
        for one in understood(partial(_release, api, repository), raw, f"release {value('id')(raw)}"):
            older = older + 1 if isinstance(one, Event) and one.at < window.start else 0
            yield one
        if older >= PAGE:
            return


def _release(api: Api, repository: str, raw: Any) -> Iterator[Event]:
    if raw.get("draft") or not raw.get("published_at"):
        return
    tag, service = str(raw["tag_name"]), api.settings.service(repository)
    before = " (pre-release)" if raw.get("prerelease") else ""
    yield Event(
        at=times.parse(raw["published_at"]), at_text=raw["published_at"], precision_s=1.0, kind="change",
        moment="changed", title=f"Release {tag} of {service} published{before}", service=service,
        native_id=f"{repository} release {raw['id']}", labels={"version": tag, "repository": repository},
        url=str(raw.get("html_url") or ""), body=str(raw.get("body") or ""), actor_role=login(raw.get("author")),
    )  # fmt: skip


def merged(api: Api, repository: str, window: Window) -> Iterator[Event | Notice | Rejected]:
    """The pull requests that were merged in the window, by search: it alone knows the time of the merge."""
    base = f" base:{api.settings.base_branch}" if api.settings.base_branch else ""
    query = f"repo:{repository} is:pr is:merged merged:{{span}}{base}"
    for raw in api.between("search/issues", window, "items", "id", q=query, sort="created", order="asc"):
        yield from understood(partial(_pull_request, api, repository), raw, f"pull request {value('number')(raw)}")


def _pull_request(api: Api, repository: str, raw: Any) -> Iterator[Event]:
    at = (raw.get("pull_request") or {}).get("merged_at") or raw["closed_at"]
    yield Event(
        at=times.parse(at), at_text=at, precision_s=1.0, kind="change", moment="changed",
        title=f"Merge #{raw['number']}: {raw['title']}", service=api.settings.service(repository),
        native_id=f"{repository} pull {raw['number']}", labels={"repository": repository},
        url=str(raw.get("html_url") or ""), body=str(raw.get("body") or ""), actor_role=login(raw.get("user")),
    )  # fmt: skip
