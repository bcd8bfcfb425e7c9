"""The service's face: where sources post to, and what tells how it is doing."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from pipeline.serve.desk import Desk
from pipeline.serve.hooks import Delivery, Hooks, Refused, whole
from pipeline.serve.inbox import Accepted, Inbox
from pipeline.serve.meeting import invitation
from pipeline.serve.notifying import Notifier
from pipeline.serve.pages import add, shown
from pipeline.serve.pages.door import viewer
from pipeline.store import StoreError

RETRY_S = 30  # what a sender is told to wait while the store cannot be used


def made(desk: Desk, *, hooks: bool = True) -> FastAPI:
    """The application; a process that only works takes no deliveries."""
    app = FastAPI(title="befell", description="Drafts postmortems when incidents close.", docs_url=None, redoc_url=None)
    if hooks:
        _receiving(app, desk)
    _watching(app, desk)
    app.state.desk = desk
    add(app)
    app.add_middleware(shown.Headers)
    return app


def _receiving(app: FastAPI, desk: Desk) -> None:
    hooks, inbox = Hooks(desk.config, desk.clock), Inbox(desk.config, desk.store)

    def take(found: Delivery) -> Accepted:
        return inbox.accept(found.sender, found.told, desk.clock(), found.name)

    @app.post("/hooks/{name}", status_code=202, summary="Take what a source posts")
    async def hook(name: str, request: Request) -> JSONResponse:
        try:
            hooks.check(name)
            body = await whole(request, desk.config.serve.max_body)
            found = hooks.receive(name, request.headers, body)
            accepted = await run_in_threadpool(take, found)
            status, answer = _answer(accepted)
        except Refused as refused:
            status, answer = refused.status, {"detail": refused.why}
        except StoreError as problem:
            desk.log.error("a delivery was not kept", hook=name, problem=str(problem))
            status, answer = 503, {"detail": "the store cannot be used; send it again"}
        desk.metrics.deliveries.labels(name if status != 404 else "", str(status)).inc()
        headers = {503: {"Retry-After": str(RETRY_S)}, 401: {"WWW-Authenticate": "Bearer, Basic"}}.get(status)
        return JSONResponse(answer, status, headers)


def _answer(accepted: Accepted) -> tuple[int, dict[str, Any]]:
    """Status and body: what was not understood at all is refused, so that its sender's log shows it."""
    rejected = [f"{one.where}: {one.why}" for one in accepted.rejected]
    if not accepted.new:
        return 200, {"detail": "received before"}
    if rejected and not accepted.touched:
        return 422, {"detail": "; ".join(rejected[:3])}
    return 202, {"incidents": list(accepted.touched), "rejected": rejected}


def _watching(app: FastAPI, desk: Desk) -> None:
    @app.get("/healthz", summary="Whether the process lives")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Whether it can do its work, and what is in the way")
    def readyz() -> JSONResponse:
        problems = {name: why for name, check in _CHECKS.items() if (why := check(desk))}
        return JSONResponse(
            {"status": "not ready" if problems else "ok", "problems": problems}, 503 if problems else 200
        )

    @app.get("/metrics", summary="Metrics for Prometheus")
    def metrics() -> Response:
        return Response(desk.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/incidents/{name:path}/review.ics", summary="The proposed review meeting", dependencies=[Depends(viewer)])
    def review(name: str) -> Response:
        with desk.store.watching() as watches:
            found = watches.watch(name)
        calendar = b""
        if found:
            link = Notifier(desk.config, desk.clock).link(found)
            calendar = invitation(found, desk.config.serve.review_after, link, desk.clock())
        if not calendar:
            raise HTTPException(404, "no such incident, or it is not resolved")
        return Response(calendar, media_type="text/calendar; charset=utf-8")


def _store(desk: Desk) -> str:
    try:
        with desk.store.watching() as watches:
            watches.is_new("readyz", "readyz", desk.clock())
    except StoreError as problem:
        desk.metrics.store_up.set(0)
        return str(problem)
    return ""


def _folder(path: Path) -> str:
    """Why nothing can be written there, or ""."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"\0" * 65_536)
            os.fsync(file.fileno())
    except OSError as problem:
        return f"{path}: {problem.strerror or problem}"
    return ""


_CHECKS: dict[str, Callable[[Desk], str]] = {
    "store": _store,
    "drafts": lambda desk: _folder(desk.config.drafts),
    "state": lambda desk: _folder(desk.config.snapshots),
    "worker": lambda desk: desk.worker_looked(),
}
