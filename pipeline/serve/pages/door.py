"""Who asks, and whether they may: a bearer token, a session begun with a token, or a proxy that is trusted."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.serve.desk import Desk
from pipeline.serve.hooks import Refused, whole
from pipeline.store.access import Entry, Person, Role
from pipeline.times import rfc3339

COOKIE = "befell"
SESSION = timedelta(hours=12)
router = APIRouter(include_in_schema=False)


class Denied(Exception):
    """A request that is not answered: 401 asks to log in, 403 says why not."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def known(request: Request) -> Person | None:
    """Who asks, None where that is not known."""
    desk: Desk = request.app.state.desk
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE, "")
    with desk.store.access() as access:
        if scheme.casefold() == "bearer":
            return access.by_token(token.strip())
        found = access.by_session(cookie, desk.clock()) if cookie else None
    return found or _by_proxy(request)


def _by_proxy(request: Request) -> Person | None:
    login = request.app.state.desk.config.serve.login
    name = request.headers.get(login.proxy_header, "").strip() if login else ""
    try:
        peer = ip_address(request.client.host if request.client else "")
    except ValueError:
        return None
    return Person(name, login.role) if name and any(peer in network for network in login.from_) else None


def _needed(request: Request, role: Role) -> Person:
    person = known(request)
    if person is None:
        raise Denied(401, "Log in to see this.")
    if not person.may(role):
        raise Denied(403, f"This needs the role {role}; {person.name} has {person.role}.")
    request.state.person = person
    return person


def viewer(request: Request) -> Person:
    return _needed(request, "viewer")


def reviewer(request: Request) -> Person:
    return _needed(request, "reviewer")


def admin(request: Request) -> Person:
    return _needed(request, "admin")


def cookie(request: Request) -> str:
    """The cookie of this browser, a new one where it has none; a session's is known to the store."""
    if not hasattr(request.state, "cookie"):
        request.state.cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
    return str(request.state.cookie)


def give(request: Request, response: Response, value: str) -> None:
    secure = request.app.state.desk.config.serve.url.startswith("https:")
    response.set_cookie(COOKIE, value, httponly=True, samesite="strict", secure=secure)


def csrf(request: Request) -> str:
    """What each form of this browser carries: nobody else can know it."""
    return hmac.new(cookie(request).encode(), b"csrf", hashlib.sha256).hexdigest()


async def posted(request: Request) -> Mapping[str, str]:
    """The fields of a form that this browser was given; a bearer token, which no browser sends by itself, needs none.

    Denied where it is not: another site may have made the browser post it.
    """
    try:
        body = await whole(request, request.app.state.desk.config.serve.max_body)
    except Refused as refused:
        raise Denied(refused.status, f"This was not saved: it is {refused.why}.") from None
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    request.state.fields = fields
    bearer = request.headers.get("authorization", "").casefold().startswith("bearer ")
    told = fields.pop("csrf", "").encode("utf-8", "replace")
    if not bearer and not (COOKIE in request.cookies and hmac.compare_digest(told, csrf(request).encode())):
        raise Denied(403, "This form is too old. Load the page again, then repeat the change.")
    return fields


Reviewer = Annotated[Person, Depends(reviewer)]
Posted = Annotated[Mapping[str, str], Depends(posted)]


@router.post("/login")
def login(request: Request, fields: Posted) -> Response:
    desk = request.app.state.desk
    with desk.store.access() as access:
        person = access.by_token(fields.get("token", "").strip())
        if person is None:
            raise Denied(401, "This is no token that is valid.")
        session = access.begin(person, desk.clock() + SESSION, desk.clock())
        access.note(Entry(rfc3339(desk.clock()), person.name, "logged in"))
    answer = RedirectResponse(_here(fields.get("next", "")), 303)
    give(request, answer, session)
    return answer


@router.post("/logout")
def logout(request: Request, _: Posted) -> Response:
    with request.app.state.desk.store.access() as access:
        access.end(cookie(request))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _here(address: str) -> str:
    """An address on this server; no other one is gone to after a login."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else "/"
