"""A page as it is answered: its template, what every page knows, and the headers that keep it safe."""

from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.draft import templates
from pipeline.serve.pages import door
from pipeline.store import StoreError

_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Headers:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates.shipped()), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def page(request: Request, name: str, status: int = 200, /, **context: Any) -> HTMLResponse:
    """A page from templates/pages/NAME.html.j2; everything that it prints is escaped."""
    known = {
        "csrf": door.csrf(request), "person": getattr(request.state, "person", None), "path": request.url.path,
        "when": when, **context,
    }  # fmt: skip
    text = _templates().get_template(f"pages/{name}.html.j2").render(known)
    answer = HTMLResponse(text, status)
    if door.COOKIE not in request.cookies:
        door.give(request, answer, door.cookie(request))
    return answer


def when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


async def denied(request: Request, problem: Exception) -> Response:
    """A page that says why not; to whom nobody knows, with a form to log in."""
    assert isinstance(problem, door.Denied)
    if problem.status == 401 and request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        return page(request, "again", 401)  # a link elsewhere brings no cookie; the page that loads itself anew does
    if request.method == "POST" and request.url.path.endswith("/edit") and (kept := await _written(request)):
        return page(request, "kept", problem.status, why=problem.why, asks=problem.status == 401, **kept)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return _told(request, problem.status, problem.why, back if request.method == "GET" else "/")


async def _written(request: Request) -> dict[str, str]:
    """The text that somebody wrote on a page of this service and could not save, and what it was edited from."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin" or "authorization" in request.headers:
        return {}
    if not hasattr(request.state, "fields"):
        with suppress(door.Denied):
            await door.posted(request)
    fields = getattr(request.state, "fields", {})
    return {name: fields[name] for name in ("text", "base")} if {"text", "base"} <= fields.keys() else {}


async def failed(request: Request, problem: Exception) -> Response:
    """A page that says what befell could not do, and how to mend it."""
    status = 503 if isinstance(problem, StoreError) else 409
    request.app.state.desk.log.warning("a page was not answered", path=request.url.path, problem=str(problem))
    known = hasattr(request.state, "person")
    return _told(request, status, str(problem) if known else "The store cannot be used.", "/")


def _told(request: Request, status: int, why: str, back: str) -> Response:
    """A problem in the form that was asked for: JSON for programs, a part of a page for htmx, else a page."""
    if "authorization" in request.headers:
        return JSONResponse({"detail": why}, status, {"WWW-Authenticate": "Bearer"} if status == 401 else None)
    if "hx-request" not in request.headers:
        return page(request, "denied", status, why=why, back=back, asks=status == 401)
    answer = page(request, "problem", status, why=why)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#panel, #preview", "innerHTML"
    if status == 401 and not request.url.path.endswith("/preview"):  # an editor keeps what is written in it
        answer.headers["HX-Refresh"] = "true"
    return answer
