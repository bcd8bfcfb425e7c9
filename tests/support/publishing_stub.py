"""What the stubs of publishing targets share: JSON over HTTP, every request kept, and a rate limit that is hit."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import servers


@dataclass
class Target:
    """`limit`: every so many requests one is refused for its rate, with Retry-After; 0: none is."""

    limit: int = 0
    asked: list[tuple[str, str, Any]] = field(default_factory=list)  # method, path, parameters or body
    headers: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    before: Any = None  # called with method and path before a request is answered: somebody else's edit in between
    url: str = ""

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        """(status, body) of one request."""
        raise NotImplementedError

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        params = {name: values[0] for name, values in parse_qs(split.query, keep_blank_values=True).items()}
        size = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(size)) if size else None
        self.asked.append((handler.command, split.path, params if body is None else body))
        self.headers.append(dict(handler.headers))
        if self.limit and len(self.asked) % self.limit == 0:
            self.refused += 1
            send(handler, 429, {"message": "rate limited"}, {"Retry-After": "0"})
            return
        if self.before:
            self.before(handler.command, unquote(split.path))
        send(handler, *self.respond(handler.command, unquote(split.path), params, body))

    def written(self) -> list[str]:
        """Method and path of each request that changes something."""
        return [f"{method} {path}" for method, path, _ in self.asked if method != "GET"]


def send(handler: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    packed = b"" if body is None else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(packed)))
    handler.end_headers()
    handler.wfile.write(packed)


@contextmanager
def served(target: Any) -> Iterator[Any]:
    """The stub, served."""
    with servers.serving(target.answer) as target.url:
        yield target
