"""An incident's page: its picture and rows, the evidence behind them, earlier versions, how far its draft is."""

import json
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from pipeline import snapshot as snapshots
from pipeline.draft import edits, words
from pipeline.draft.html import fragment, picture
from pipeline.draft.overrides import PHASES
from pipeline.draft.text import url
from pipeline.draft.view import View, what
from pipeline.errors import BefellError
from pipeline.serve.desk import Desk
from pipeline.serve.pages import lacks, lists
from pipeline.serve.pages.diffs import hunks
from pipeline.serve.pages.door import Denied, viewer
from pipeline.serve.pages.review import Review, opened
from pipeline.serve.pages.shown import page
from pipeline.store import StoreError
from pipeline.timeline.model import MILESTONES, Row
from pipeline.timeline.reviewed import HIDDEN

SHOWN = 400  # rows on one page
router = APIRouter(include_in_schema=False, dependencies=[Depends(viewer)])


def review(request: Request, name: str) -> Review:
    found = opened(request.app.state.desk, name)
    if found is None:
        raise Denied(404, "There is no such incident.")
    return found


Found = Annotated[Review, Depends(review)]


@router.get("/incidents/{name:path}/evidence/{id_}")
def evidence(request: Request, found: Found, id_: str) -> Response:
    """The raw record, as it was collected."""
    here = found.evidence
    record: Any = next((one for part in (here.events, here.logs, here.series) for one in part if one.id == id_), None)
    cited = found.timeline.evidence.get(id_)
    if record is None and cited is None:
        raise Denied(404, "There is no such evidence.")
    raw = json.dumps(snapshots.encode(record if record is not None else cited), ensure_ascii=False, indent=2)
    address = url(getattr(record, "url", "") or (cited.url if cited else ""))
    name = "panel" if "hx-request" in request.headers else "evidence"
    return page(
        request, name, id=id_, review=found, cited=cited, raw=raw[:100_000], link=address.replace("&amp;", "&"),
        address=address_of(found.id),
    )  # fmt: skip


@router.get("/incidents/{name:path}/versions/{hash_}")
def version(request: Request, found: Found, hash_: str) -> Response:
    text = found.desk.store.version(found.id, hash_)
    if not text:
        raise Denied(404, "There is no such version.")
    changes = list(hunks(text, found.text))
    return page(request, "version", review=found, hash=hash_, text=text, changes=changes, address=address_of(found.id))


@router.get("/incidents/{name:path}/progress")
def progress(request: Request, found: Found) -> Response:
    return page(request, "progress", **running(found))


@router.get("/incidents/{name:path}/draft")
def draft(request: Request, found: Found) -> Response:
    """The draft as it is read."""
    body, contents = fragment(found.text, found.timeline) if found.text else ("", [])
    return page(request, "draft", review=found, body=body, contents=contents, address=address_of(found.id))


@router.get("/incidents/{name:path}")
def incident(request: Request, found: Found) -> Response:
    return page(request, "incident", **context(request, found, request.query_params.get("rows", "")))


def context(request: Request, found: Review, rows: str = "") -> dict[str, Any]:
    """What the page of an incident shows; `rows` is "all", else the key ones."""
    desk: Desk = request.app.state.desk
    known: Any = found.watch or next((one for one in desk.store.incidents() if one.id == found.id), None)
    shown: dict[str, Any] = {"timeline": None, "problem": ""}
    if found.text:
        try:
            shown |= _timeline(found, rows)
        except StoreError:
            raise
        except BefellError as problem:  # in what a reviewer wrote by hand: the editor is where it is mended
            shown["problem"] = str(problem)
    return {
        "review": found, "line": lists.line(desk, known), "address": address_of(found.id), "rows_shown": rows,
        "history": _history(found), "offered": found.offer() if found.text else "",
        "missing": list(lacks.missing(found.text)) if found.text else [], "signed": lacks.signed(found.text),
        **running(found), **shown,
    }  # fmt: skip


def running(found: Review) -> dict[str, Any]:
    """How far the sources of the draft are that is being made, or was made last."""
    watch = found.watch
    with found.desk.store.watching() as watches:
        watch = watches.watch(found.id)
        sources = watches.sources(found.id)
    under_way = bool(watch and watch.lease_until and watch.lease_until > found.desk.clock())
    return {"sources": sources, "under_way": under_way, "address": address_of(found.id)}


def _timeline(found: Review, rows: str) -> dict[str, Any]:
    timeline = found.timeline
    view = View(timeline)
    wanted = [row for row in timeline.rows if rows == "all" or (row.key and not row.aside) or row.aside == HIDDEN]
    overrides = edits.of(found.text)
    return {
        "timeline": timeline, "picture": picture(timeline, f"{address_of(found.id)}/evidence/"), "phases": PHASES,
        "rows": [_row(view, row, overrides) for row in wanted[:SHOWN]],
        "left": len(timeline.rows) - len(wanted[:SHOWN]),
        "milestones": [_milestone(view, name) for name in MILESTONES],
        "durations": {
            name.removesuffix("_s").replace("_", " "): words.span(value) if value is not None else "unknown"
            for name, value in timeline.durations.items()
        },
    }  # fmt: skip


def _row(view: View, row: Row, overrides: dict[str, Any]) -> dict[str, Any]:
    marks = [name for name in MILESTONES if (one := view.milestone(name)) and one.at == row.at
             and not set(one.evidence).isdisjoint(row.evidence)]  # fmt: skip
    return {
        "id": row.id, "at": view.when(row.at, row.precision_s), "phase": row.phase or view.phase_at(row.at),
        "what": what(row), "title": row.title, "service": row.service, "sources": ", ".join(row.sources),
        "count": row.count, "aside": row.aside, "evidence": row.evidence[:4], "more": len(row.evidence[4:]),
        "marks": marks, **{key: edits.has(overrides, key, row.id) for key in (*edits.LISTS, *edits.TEXTS)},
    }  # fmt: skip


def _milestone(view: View, name: str) -> dict[str, Any]:
    one = view.milestone(name)
    return {
        "name": name, "label": name.replace("_", " "), "at": view.when(one.at) if one else "unknown",
        "decided": name in view.timeline.decided, "why": one.reason if one else "",
        "evidence": one.evidence if one else (), "confidence": one.confidence if one else "",
    }  # fmt: skip


def _history(found: Review) -> list[dict[str, str]]:
    with found.desk.store.access() as access:
        saved = {one.version: one for one in reversed(access.trail(found.id)) if one.version}
    names = found.desk.store.history(found.id)
    return [
        {"hash": name, "at": saved[name].at, "who": saved[name].who, "action": saved[name].action}
        if name in saved
        else {"hash": name, "at": "", "who": "", "action": "in the file"}
        for name in names
    ]


def address_of(incident_id: str) -> str:
    return f"/incidents/{quote(incident_id, safe='')}"
