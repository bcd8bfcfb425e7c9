"""What a reviewer does: rows and milestones changed, the draft saved, new evidence taken over, signed off."""

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from pipeline import times
from pipeline.draft import edits
from pipeline.draft.html import fragment
from pipeline.draft.overrides import PHASES
from pipeline.errors import BefellError
from pipeline.serve.pages import lacks
from pipeline.serve.pages.checked import checked
from pipeline.serve.pages.diffs import hunks
from pipeline.serve.pages.door import Denied, Posted, Reviewer, reviewer
from pipeline.serve.pages.incident import Found, address_of, context
from pipeline.serve.pages.review import Review
from pipeline.serve.pages.shown import page
from pipeline.store import StoreError
from pipeline.timeline.model import MILESTONES

router = APIRouter(include_in_schema=False, dependencies=[Depends(reviewer)])


@router.post("/incidents/{name:path}/row")
def row(request: Request, found: Found, who: Reviewer, fields: Posted) -> Response:
    """Star, hide or split a row, give it another title or phase, or set a milestone at its time."""
    do, id_ = fields.get("do", ""), fields.get("row", "")
    here = next((one for one in found.timeline.rows if one.id == id_), None)
    if here is None:
        raise Denied(404, "There is no such row any more. Load the page again.")
    if do in edits.LISTS:
        found.change(who, f"row {do}", here.title, edits.toggle(do, id_))
    elif do == "titles":
        found.change(who, "row retitled", fields.get("title", ""), edits.put("titles", id_, fields.get("title", "")))
    elif do == "phases" and (phase := fields.get("phase", "")) in (*PHASES, ""):
        found.change(who, "row moved", f"{here.title}: {phase or 'as found'}", edits.put("phases", id_, phase))
    elif do == "milestone" and (mark := fields.get("milestone", "")) in MILESTONES:
        found.change(who, "milestone set", f"{mark}: {here.title}", edits.milestone(mark, here.at))
    else:
        raise Denied(422, "This is no change that can be made to a row.")
    return _shown(request, found, fields.get("rows", ""))


@router.post("/incidents/{name:path}/milestone")
def milestone(request: Request, found: Found, who: Reviewer, fields: Posted) -> Response:
    """Set a milestone to a time, to unknown, or to what the evidence says."""
    mark, do = fields.get("milestone", ""), fields.get("do", "")
    if mark not in MILESTONES or do not in ("set", "unknown", "found"):
        raise Denied(422, "This is no change that can be made to a milestone.")
    at = _time(fields.get("at", "")) if do == "set" else None
    found.change(who, f"milestone {do}", mark, edits.milestone(mark, at, found=do == "found"))
    return _shown(request, found, fields.get("rows", ""))


@router.post("/incidents/{name:path}/sign")
def sign(found: Found, who: Reviewer, fields: Posted) -> Response:
    status = lacks.OPEN if fields.get("do") == "reopen" else lacks.SIGNED
    done = "signed off" if status == lacks.SIGNED else "opened again"
    found.put(who, done, "", lambda text: lacks.with_status(text, status))
    return _back(found)


@router.get("/incidents/{name:path}/edit")
def edit(request: Request, found: Found) -> Response:
    version = request.query_params.get("version", "")
    text = found.desk.store.version(found.id, version) if version else ""
    return _editor(request, found, text or found.text, base=found.text)


@router.post("/incidents/{name:path}/edit")
def save(request: Request, found: Found, who: Reviewer, fields: Posted) -> Response:
    text, base = (fields.get(name, "").replace("\r\n", "\n") for name in ("text", "base"))
    try:
        stale = found.save(who, text, base)
    except StoreError as problem:
        return _editor(request, found, text, 503, base=base, problem=str(problem))
    except BefellError as problem:
        return _editor(request, found, text, 422, base=base, problem=str(problem))
    if stale:
        return _editor(request, found, stale.text, 409, base=found.text, stale=stale)
    return _back(found)


@router.post("/incidents/{name:path}/preview")
def preview(request: Request, found: Found, fields: Posted) -> Response:
    text = fields.get("text", "").replace("\r\n", "\n")
    try:
        timeline = found.told(text)
        body, _ = fragment(text, timeline)
        findings = checked(text, found.desk.config, found.evidence, timeline)
    except BefellError as problem:
        return page(request, "preview", problem=str(problem))
    return page(request, "preview", problem="", body=body, findings=findings)


@router.get("/incidents/{name:path}/new")
def new(request: Request, found: Found) -> Response:
    """What newer evidence would change."""
    snapshot = found.offer()
    plan = found.planned(snapshot)[0] if snapshot else None
    changes = list(hunks(found.text, plan.text)) if plan else []
    return page(
        request, "new", review=found, snapshot=snapshot, plan=plan, changes=changes, address=address_of(found.id)
    )


@router.post("/incidents/{name:path}/look")
def look(found: Found) -> Response:
    """Ask the sources again; what they have now is kept, and changes nothing yet."""
    found.look()
    return RedirectResponse(f"{address_of(found.id)}/new", 303)


@router.post("/incidents/{name:path}/new")
def decide(found: Found, who: Reviewer, fields: Posted) -> Response:
    snapshot = fields.get("snapshot", "")
    if snapshot != found.offer() or fields.get("base", "") != found.base:
        return RedirectResponse(f"{address_of(found.id)}/new", 303)  # something else is shown by now
    if fields.get("do") == "accept":
        chosen = {int(name[4:]) for name in fields if name[:4] == "hunk" and name[4:].isdecimal()}
        if not found.accept(who, snapshot, fields["base"], chosen):
            return RedirectResponse(f"{address_of(found.id)}/new", 303)
    else:
        found.reject(who, snapshot)
    return _back(found)


def _time(said: str) -> datetime:
    try:
        return times.parse(said.strip())
    except ValueError:
        raise Denied(422, "Write the time with its zone, such as 2026-11-24T09:41:00Z.") from None


def _editor(request: Request, found: Review, text: str, status: int = 200, **more: object) -> Response:
    known = {"stale": None, "problem": "", **more}
    return page(
        request, "edit", status, review=found, text=text, address=address_of(found.id),
        missing=list(lacks.missing(text)), **known,
    )  # fmt: skip


def _shown(request: Request, found: Review, rows: str) -> Response:
    if "hx-request" in request.headers:
        return page(request, "review", **context(request, found, rows))
    return _back(found, f"?rows={rows}" if rows == "all" else "")


def _back(found: Review, query: str = "") -> Response:
    return RedirectResponse(address_of(found.id) + query, 303)
