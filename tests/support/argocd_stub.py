"""An Argo CD of the tests: the list of applications, as the API server gives it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT = "2026-11-24T09:24:00Z"


@dataclass
class Argocd:
    """`status`: what every request is answered with."""

    applications: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        self.headers.append(dict(handler.headers))
        status, body = self.respond(split.path, parse_qs(split.query).get("projects", []))
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, projects: list[str]) -> tuple[int, Any]:
        """(status, body) of one request; an empty list is null."""
        if self.status != 200 or path != "/api/v1/applications":
            return (self.status if self.status != 200 else 404), {"error": "permission denied"}
        found = [one for one in self.applications if not projects or one["spec"]["project"] in projects]
        return 200, {"metadata": {}, "items": found or None}


def entry(number: int, at: str, revision: str = "a" * 40, **more: Any) -> dict[str, Any]:
    return {"id": number, "revision": revision, "deployedAt": at, "initiatedBy": {"username": "alice"}, **more}


def application(name: str, *history: dict[str, Any], **more: Any) -> dict[str, Any]:
    """`operation`, `labels` and what else `spec` has."""
    status = {"history": list(history), "operationState": more.pop("operation", {"phase": "Succeeded"})}
    return {
        "metadata": {"name": name, "namespace": "argocd", "labels": more.pop("labels", {})},
        "spec": {"project": "shop", "destination": {"namespace": "prod"}, **more}, "status": status,
    }  # fmt: skip


@contextmanager
def running(argocd: Argocd | None = None) -> Iterator[Argocd]:
    """The stub, served."""
    held = argocd or Argocd()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a deploy."""
    with running(Argocd([application("checkout", entry(1, AT))])) as argocd:
        yield {"url": argocd.url.replace("//", "//bob:s3cret@")}
