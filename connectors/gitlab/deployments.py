"""Deployments of a project.

By `updated_after`, never by `finished_after`: that one wants `status=success`, and so would hide what failed
(https://docs.gitlab.com/api/deployments/).
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from connectors.gitlab.api import Api, project
from pipeline import times
from pipeline.event import Event, Moment, Notice, Rejected
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import understood, undone

TOUCHED = timedelta(days=1)  # after the window: a deployment may be changed once more after it ended
_OUTCOMES: dict[str, Moment] = {"success": "deployed", "failed": "failed", "canceled": "failed"}
_PENDING = ("created", "running", "blocked")


def deployments(api: Api, path: str, window: Window) -> Iterator[Event | Notice | Rejected]:
    """An event for each deployment that ended, or waits, since the history began."""
    span = {
        "updated_after": times.rfc3339((window.start - timedelta(days=api.settings.history)).replace(microsecond=0)),
        "updated_before": times.rfc3339((window.end + TOUCHED).replace(microsecond=0)),
        "order_by": "updated_at", "sort": "asc",
    }  # fmt: skip
    ran: dict[str, list[str]] = {}
    for raw in api.pages(f"{project(path)}/deployments", span):
        yield from understood(partial(_event, api, path, ran), raw, f"deployment {value('id')(raw)}")


def _event(api: Api, path: str, ran: dict[str, list[str]], raw: Any) -> Iterator[Event]:
    """`ran` has what was live in each environment, oldest first, and learns of this one."""
    environment, state, sha = str((raw.get("environment") or {}).get("name") or ""), str(raw["status"]), str(raw["sha"])
    moment = _OUTCOMES.get(state)
    if not api.settings.wants(environment) or not (moment or state in _PENDING):
        return
    job = raw.get("deployable") or {}
    at = str((job.get("finished_at") if moment else "") or raw.get("updated_at") or raw["created_at"])
    undoes = ""
    if moment == "deployed":
        undoes = undone(ran.setdefault(environment, []), sha)
        ran[environment].append(sha)
    service, ref = api.settings.service(path), str(raw.get("ref") or "")
    labels = {
        "sha": sha, "ref": ref, "version": ref if job.get("tag") else "", "environment": environment, "project": path,
        "job": str(job.get("name") or ""), "requested_at": str(raw.get("created_at") or ""), "rolls_back": undoes,
    }  # fmt: skip
    pipeline = job.get("pipeline") or {}
    yield Event(
        at=times.parse(at), at_text=at, precision_s=0.001, kind="deploy",
        moment="rolled back" if undoes else moment or "changed", service=service,
        title=_title(service, f"{ref} {sha[:7]}".strip(), state, undoes) + _in(environment),
        native_id=f"{path} deployment {raw['id']} {state if moment else 'pending'}",
        labels={name: text for name, text in labels.items() if text},
        url=str(job.get("web_url") or pipeline.get("web_url") or ""),
        body=str((job.get("commit") or {}).get("title") or ""), actor_role=_login(raw.get("user") or job.get("user")),
    )  # fmt: skip


def _title(service: str, version: str, state: str, undoes: str) -> str:
    if state == "success":
        return f"Roll back {service} to {version}" if undoes else f"Deploy {service} {version}"
    ended = state if state in _OUTCOMES else "requested; no outcome is recorded"
    return f"Deploy of {service} {version} {ended}"


def _in(environment: str) -> str:
    return f" ({environment})" if environment else ""


def _login(person: Any) -> str:
    name = person.get("username") if isinstance(person, dict) else ""
    return f"login:{name}" if name else ""
