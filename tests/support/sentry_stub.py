"""A Sentry of the tests: a next page is always named, and a limit over 100 is lowered without a word."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import servers

AT = "2026-11-24T09:24:00.123456Z"


@dataclass
class Sentry:
    """`events` by issue, `deploys` by version."""

    issues: list[dict[str, Any]] = field(default_factory=list)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    releases: list[dict[str, Any]] = field(default_factory=list)
    deploys: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        params = {name: one[0] for name, one in parse_qs(split.query).items()}
        status, body, link = self.respond(split.path, params)
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Link", link)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str]) -> tuple[int, Any, str]:
        """(status, body, Link) of one request."""
        self.asked.append((path, params))
        for part, status in self.refuse.items():
            if part in path:
                return status, {"detail": "You do not have permission"}, ""
        found = self._list(path.removeprefix("/api/0/organizations/shop/"), params)
        if found is None:
            return 404, {"detail": "The requested resource does not exist"}, ""
        start = int(params.get("cursor", "0:0:0").split(":")[1])
        end = start + min(100, int(params.get("limit") or params.get("per_page") or 100))
        more = "true" if end < len(found) else "false"
        following = urlencode({**params, "cursor": f"0:{end}:0"})
        link = f'<{self.url}{path}?{following}>; rel="next"; results="{more}"; cursor="0:{end}:0"'
        return 200, found[start:end], f'<{self.url}{path}>; rel="previous"; results="false"; cursor="0:0:1", {link}'

    def _list(self, path: str, params: dict[str, str]) -> list[dict[str, Any]] | None:
        parts = path.strip("/").split("/")
        if path == "issues/":
            return self.issues
        if path == "releases/":
            return self.releases
        if parts[0] == "issues" and parts[-1] == "events":
            every = self.events.get(parts[1], [])
            return [one for one in every if params["start"] <= one.get("dateCreated", params["start"]) < params["end"]]
        if parts[0] == "releases" and parts[-1] == "deploys":
            return self.deploys.get(unquote(parts[1]))
        return None


def issue(number: int = 1, first: str = AT, **more: Any) -> dict[str, Any]:
    return {
        "id": str(number), "shortId": f"WEB-{number}", "title": "TypeError: total is undefined", "level": "error",
        "culprit": "cart.total", "firstSeen": first, "lastSeen": AT, "count": "3", "project": {"slug": "web"},
        "permalink": f"https://shop.sentry.io/issues/{number}/", **more,
    }  # fmt: skip


def event(at: str = AT, **more: Any) -> dict[str, Any]:
    return {"id": "abc", "dateCreated": at, "title": "TypeError: total is undefined", "culprit": "cart.total", **more}


def release(version: str = "web@1.2.0", at: str = AT, **more: Any) -> dict[str, Any]:
    return {
        "version": version, "shortVersion": version.rpartition("@")[2], "dateCreated": at, "dateReleased": None,
        "projects": [{"slug": "web"}], "deployCount": 0, "ref": "4f5e6d7", "url": None, **more,
    }  # fmt: skip


@contextmanager
def running(sentry: Sentry | None = None) -> Iterator[Sentry]:
    """The stub, served."""
    held = sentry or Sentry()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an issue and a release."""
    with running(Sentry([issue()], {"1": [event()]}, [release()])) as sentry:
        yield {"url": sentry.url.replace("//", "//bob:s3cret@"), "organization": "shop"}
