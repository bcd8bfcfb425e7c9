"""The list of incidents, and the audit trail."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from pipeline import run, times
from pipeline.draft import document
from pipeline.errors import BefellError
from pipeline.incident import Incident
from pipeline.serve.desk import Desk
from pipeline.serve.pages import lacks
from pipeline.serve.pages.door import admin, viewer
from pipeline.serve.pages.shown import page
from pipeline.store.watches import Watch

MOST = 200
REVIEWED_WITHIN = timedelta(hours=48)
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An incident as it is listed. `state` is where it is on the way to a signed-off draft."""

    id: str
    title: str
    severity: str
    opened: str
    state: str
    problem: str
    review: str
    late: bool
    missing: tuple[str, ...]


@router.get("/", dependencies=[Depends(viewer)])
def incidents(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    with desk.store.watching() as watches:
        followed = [one for one in watches.watches() if one.state != "merged"]
    known = {one.id for one in followed}
    others = [one for one in desk.store.incidents() if one.id not in known]
    newest: list[Watch | Incident] = sorted([*followed, *others], key=_opened, reverse=True)
    return page(request, "incidents", lines=[line(desk, one) for one in newest[:MOST]], left=len(newest[MOST:]))


@router.get("/audit", dependencies=[Depends(admin)])
def audit(request: Request) -> Response:
    with request.app.state.desk.store.access() as access:
        return page(request, "audit", trail=access.trail(), most=500)


def _opened(one: Watch | Incident) -> Any:
    return (times.rfc3339(one.opened_at) if one.opened_at else "", one.id)


def line(desk: Desk, one: Watch | Incident) -> Line:
    text = run.existing(desk.config.drafts / f"{run.safe_name(one.id)}.md")
    reviewed = lacks.signed(text)
    due = one.resolved_at + REVIEWED_WITHIN if one.resolved_at else None
    if isinstance(one, Watch) and one.state != "drafted" and not (one.state == "quiet" and text):
        state = {"quiet": "quiet, will be drafted"}.get(one.state, one.state)
    else:
        state = "signed off" if reviewed else "to review" if text else "no draft"
    return Line(
        id=one.id, title=one.title, severity=_severity(text) or one.severity or "unknown", state=state,
        opened=times.rfc3339(one.opened_at)[:16].replace("T", " ") if one.opened_at else "",
        problem=one.problem if isinstance(one, Watch) else "",
        review=f"{due:%Y-%m-%d %H:%M}" if due else "",
        late=bool(due and text and not reviewed and due < desk.clock()),
        missing=tuple(lacks.missing(text)) if text else (),
    )  # fmt: skip


def _severity(text: str) -> str:
    """What the draft says: it knows what a reviewer decided."""
    with suppress(BefellError):
        front = document.split(text)[0]
        return str((front.get("overrides") or {}).get("severity") or front.get("severity") or "")
    return ""
