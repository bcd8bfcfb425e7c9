"""Deployments and what became of them.

A deployment has no outcome of its own: its statuses have. `success` is the deploy; a later `inactive` says that another
one took its place, and is no failure (https://docs.github.com/en/rest/deployments/statuses).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.github.api import Api, login
from pipeline import times
from pipeline.event import Event, Moment, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood, undone

STARTED_BEFORE = timedelta(days=1)  # a deployment may wait this long for an approval, and end in the window
_OUTCOMES: dict[str, Moment] = {"success": "deployed", "failure": "failed", "error": "failed"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """One entry of the list, read; `raw` is the whole of it."""

    number: int
    at: datetime
    sha: str
    track: tuple[str, str]  # what replaces each other: environment and task
    raw: Any


def deployments(api: Api, repository: str, window: Window) -> Iterator[Event | Notice | Rejected]:
    """An event for each outcome of each deployment that may have ended in the window, oldest first."""
    found: list[Deployment] = []
    oldest = window.start - max(timedelta(days=api.settings.history), STARTED_BEFORE)
    for raw in api.pages(f"repos/{repository}/deployments"):  # newest first, and no filter by time
        for one in understood(_read, raw, f"deployment {value('id')(raw)}"):
            if isinstance(one, Deployment):
                found.append(one)
            else:
                yield one
        if found and found[-1].at < oldest:
            break
    told = _Told(api, repository, sorted(found, key=lambda one: (one.at, one.number)))
    for one in told.known:
        if one.at < window.end and one.at >= window.start - STARTED_BEFORE:
            yield from understood(told.events, one, f"deployment {one.number}")


def _read(raw: Any) -> Iterator[Deployment]:
    track = (str(raw.get("environment") or ""), str(raw.get("task") or "deploy"))
    yield Deployment(int(raw["id"]), times.parse(raw["created_at"]), str(raw["sha"]), track, raw)


class _Told:
    """The deployments of one repository, oldest first, as events."""

    def __init__(self, api: Api, repository: str, known: list[Deployment]) -> None:
        self.api, self.repository = api, repository
        wanted = api.settings.wants
        self.known = [one for one in known if wanted(one.track[0], bool(one.raw.get("transient_environment")))]
        self._statuses: dict[int, list[Any]] = {}

    def events(self, one: Deployment) -> Iterator[Event | Notice]:
        """The deployment's outcomes; where none is recorded, that it was asked for."""
        last = ""
        for status in self.statuses(one):
            if isinstance(status, Notice):
                yield status
                continue
            moment = _OUTCOMES.get(str(status.get("state")))
            if moment and moment != last:
                last = moment
                undoes = self._undoes(one) if moment == "deployed" else ""
                yield self._event(one, status, "rolled back" if undoes else moment, undoes)
        if not last and not any(status.get("state") == "inactive" for status in self.statuses(one)):
            yield self._event(one, {}, "changed", "")

    def statuses(self, one: Deployment) -> list[Any]:
        """Oldest first."""
        if one.number not in self._statuses:
            found = list(self.api.pages(f"repos/{self.repository}/deployments/{one.number}/statuses"))
            self._statuses[one.number] = sorted(
                found, key=lambda status: "" if isinstance(status, Notice) else str(status.get("created_at"))
            )
        return self._statuses[one.number]

    def _undoes(self, one: Deployment) -> str:
        """The sha that this deployment rolled back, as far as the history shows; "" where it is none."""
        before = [old for old in self.known if old.track == one.track and (old.at, old.number) < (one.at, one.number)]
        if not undone([old.sha for old in before], one.sha):
            return ""
        return undone([old.sha for old in before if self._ran(old)], one.sha)

    def _ran(self, one: Deployment) -> bool:
        """Whether it was ever live; GitHub makes inactive only what was."""
        states = [status.get("state") for status in self.statuses(one) if isinstance(status, dict)]
        return "success" in states or "inactive" in states

    def _event(self, one: Deployment, status: Any, moment: Moment, undoes: str) -> Event:
        service, (environment, task) = self.api.settings.service(self.repository), one.track
        ref = str(one.raw.get("ref") or "")
        what = f"{ref} {one.sha[:7]}" if ref and not one.sha.startswith(ref) else one.sha[:7]
        title = {
            "deployed": f"Deploy {service} {what}",
            "rolled back": f"Roll back {service} to {what}",
            "failed": f"Deploy of {service} {what} failed",
        }.get(moment, f"Deploy of {service} {what} requested; no outcome is recorded")
        at = str(status.get("created_at") or one.raw["created_at"])
        labels = {
            "sha": one.sha, "ref": ref, "environment": environment, "repository": self.repository,
            "task": task if task != "deploy" else "", "requested_at": times.rfc3339(one.at), "rolls_back": undoes,
        }  # fmt: skip
        links = [str(status.get(name) or "") for name in ("log_url", "target_url", "environment_url")]
        page = f"{self.api.site}/{self.repository}/deployments"
        return Event(
            at=times.parse(at), at_text=at, precision_s=1.0, kind="deploy", moment=moment,
            title=title + (f" ({environment})" if environment else ""), service=service,
            native_id=f"{self.repository} deployment {one.number} status {status.get('id', 'none')}",
            labels={name: text for name, text in labels.items() if text},
            url=next((link for link in links if link.startswith("http")), page),
            body=str(status.get("description") or one.raw.get("description") or ""),
            actor_role=login(one.raw.get("creator")),
        )  # fmt: skip
