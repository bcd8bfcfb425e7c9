"""The history of an application, and how its last operation ended.

https://argo-cd.readthedocs.io/en/stable/operator-manual/ (Application: status.history, status.operationState)
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.argocd.settings import ArgocdSettings
from pipeline import times
from pipeline.event import Event, Notice, Rejected
from pipeline.streams import understood, undone

KEPT = 10  # revisionHistoryLimit where none is set
_FAILED = ("Failed", "Error")


class Application:
    """One application, as the API gives it. Raises LookupError, TypeError or ValueError where it is none."""

    def __init__(self, settings: ArgocdSettings, raw: Any) -> None:
        meta, spec = raw["metadata"], raw.get("spec") or {}
        self.settings, self.name, self.space = settings, str(meta["name"]), str(meta.get("namespace") or "")
        self.status = raw.get("status") or {}
        label = (meta.get("labels") or {}).get(settings.service_label)
        self.service = str(settings.services.get(self.name) or label or self.name)
        self.kept = int(spec.get("revisionHistoryLimit") or KEPT)
        self.labels = {
            "application": self.name, "project": str(spec.get("project") or ""),
            "namespace": str((spec.get("destination") or {}).get("namespace") or ""),
        }  # fmt: skip

    def events(self, start: datetime) -> Iterator[Event | Notice | Rejected]:
        """A deploy for each entry of the history, and a failure where the last operation failed."""
        ran: list[str] = []
        history = sorted(self.status.get("history") or (), key=lambda entry: str(entry.get("deployedAt")))
        deploys = [
            one
            for entry in history
            for one in understood(lambda entry: self._deployed(entry, ran), entry, f"{self.name} {entry.get('id')}")
        ]
        first = min((one.at for one in deploys if isinstance(one, Event)), default=start)
        if len(history) >= self.kept and first > start:
            yield self._forgotten(first)
        yield from deploys
        yield from understood(self._failed, self.status.get("operationState") or {}, f"{self.name} operation")

    @property
    def reaches(self) -> datetime | None:
        """The first deploy that is known, where there were more: the history is full."""
        history = self.status.get("history") or ()
        told = [str(one.get("deployedAt")) for one in history] if len(history) >= self.kept else []
        return times.parse(min(told)) if told else None

    def _deployed(self, entry: Any, ran: list[str]) -> Iterator[Event]:
        revisions = [str(one) for one in entry.get("revisions") or [entry["revision"]]]
        revision, by = ",".join(revisions), entry.get("initiatedBy") or {}
        undoes = undone(ran, revision)
        ran.append(revision)
        short = ", ".join(map(_short, revisions))
        sources = entry.get("sources") or [entry.get("source") or {}]
        more = {
            "rolls_back": undoes.partition(",")[0], "started_at": str(entry.get("deployStartedAt") or ""),
            "repository": ", ".join(str(one.get("repoURL")) for one in sources if one.get("repoURL")),
            "automated": "true" if by.get("automated") else "",
        }  # fmt: skip
        title = f"Roll back {self.service} to {short}" if undoes else f"Deploy {self.service} {short}"
        yield self._event(
            str(entry["deployedAt"]), title, moment="rolled back" if undoes else "deployed", actor_role=_login(by),
            native_id=f"{self.space}/{self.name} history {entry['id']}", labels={**_version(revisions[0]), **more},
        )  # fmt: skip

    def _failed(self, operation: Any) -> Iterator[Event]:
        if operation.get("phase") not in _FAILED:
            return
        result, asked = operation.get("syncResult") or {}, operation.get("operation") or {}
        revision = str(result.get("revision") or (asked.get("sync") or {}).get("revision") or "")
        at = str(operation["finishedAt"])
        yield self._event(
            at, f"Deploy of {self.service} {_short(revision)} failed".replace("  ", " "), moment="failed",
            native_id=f"{self.space}/{self.name} operation {operation.get('startedAt')}",
            labels=_version(revision), body=str(operation.get("message") or ""),
            actor_role=_login(asked.get("initiatedBy") or {}),
        )  # fmt: skip

    def _event(self, at: str, title: str, *, labels: dict[str, str], **more: Any) -> Event:
        path = f"{self.space}/{self.name}" if self.space else self.name
        return Event(
            at=times.parse(at), at_text=at, precision_s=1.0, kind="deploy", title=f"{title} ({self.name})",
            service=self.service, url=f"{self.settings.base}/applications/{path}",
            labels={name: text for name, text in {**labels, **self.labels}.items() if text}, **more,
        )  # fmt: skip

    def _forgotten(self, first: datetime) -> Notice:
        detail = (
            f"{self.name}: Argo CD keeps its last {self.kept} deploys (revisionHistoryLimit); those before "
            f"{times.rfc3339(first)} are not seen."
        )
        return Notice(kind="retention", detail=detail, gap=True)


def _is_sha(revision: str) -> bool:
    return len(revision) == 40 and all(letter in "0123456789abcdef" for letter in revision)


def _short(revision: str) -> str:
    return revision[:7] if _is_sha(revision) else revision


def _version(revision: str) -> dict[str, str]:
    """A commit, or the version of a Helm chart."""
    return {"sha" if _is_sha(revision) else "version": revision}


def _login(by: Any) -> str:
    return f"login:{by['username']}" if by.get("username") else ""
