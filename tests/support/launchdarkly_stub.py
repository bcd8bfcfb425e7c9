"""A LaunchDarkly of the tests: its audit log, newest first, at most 20 entries an answer whatever is asked for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT_MS = 1795512240123  # 2026-11-24T09:24:00.123Z


@dataclass
class Launchdarkly:
    """`after` and `before` leave out their own instant."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        self.headers.append(dict(handler.headers))
        status, body = self.respond(split.path, {name: one[0] for name, one in parse_qs(split.query).items()})
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str]) -> tuple[int, Any]:
        """(status, body) of one request."""
        if self.status != 200 or path != "/api/v2/auditlog":
            return (self.status if self.status != 200 else 404), {"message": "Invalid account ID header"}
        found = [one for one in self.entries if int(params["after"]) < one["date"] < int(params["before"])]
        found.sort(key=lambda one: one["date"], reverse=True)
        return 200, {"items": found[: min(20, int(params.get("limit", 10)))], "_links": {}}


def entry(
    number: int, at_ms: int = AT_MS, resource: str = "proj/shop:env/production:flag/new-cart", **more: Any
) -> Any:
    return {
        "_id": f"{number:024x}", "date": at_ms, "kind": resource.rpartition(":")[2].partition("/")[0],
        "name": "New cart", "titleVerb": "turned on the flag", "description": "- Turned on",
        "title": "[Alice Adams](mailto:alice@example.com) turned on the flag [New cart](#)",
        "target": {"resources": [resource]}, "member": {"email": "alice@example.com", "firstName": "Alice"},
        "accesses": [{"action": "updateOn", "resource": resource}],
        "_links": {"site": {"href": "/shop/production/features/new-cart"}}, **more,
    }  # fmt: skip


@contextmanager
def running(launchdarkly: Launchdarkly | None = None) -> Iterator[Launchdarkly]:
    """The stub, served."""
    held = launchdarkly or Launchdarkly()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a change."""
    with running(Launchdarkly([entry(1)])) as launchdarkly:
        yield {"url": launchdarkly.url.replace("//", "//bob:s3cret@")}
