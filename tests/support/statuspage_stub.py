"""A Statuspage of the tests: the page itself with its last 50 incidents, and the API with pages of 100."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

BEGAN = "2026-11-24T09:31:00.000Z"
CART = {"id": "c1", "name": "Cart and checkout", "status": "major_outage"}


@dataclass
class Statuspage:
    """`status`: what every request is refused with."""

    incidents: list[dict[str, Any]] = field(default_factory=list)
    maintenance: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
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
        self.asked.append(path)
        if self.status != 200:
            return self.status, {"error": "Could not authenticate"}
        last = lambda found: sorted(found, key=lambda one: str(one.get("created_at")), reverse=True)  # noqa: E731
        if path == "/api/v2/incidents.json":
            return 200, {"page": {}, "incidents": last(self.incidents)[:50]}
        if path == "/api/v2/scheduled-maintenances.json":
            return 200, {"page": {}, "scheduled_maintenances": last(self.maintenance)[:50]}
        if path == "/v1/pages/p1/incidents":
            limit, page = min(100, int(params["limit"])), int(params["page"])
            return 200, last(self.incidents + self.maintenance)[(page - 1) * limit : page * limit]
        found = [one for one in self.incidents if path == f"/v1/pages/p1/incidents/{one['id']}"]
        return (200, found[0]) if found else (404, {"error": "Not found"})


def update(number: int = 1, state: str = "investigating", text: str = "Some carts fail", at: str = BEGAN, **more: Any
) -> Any:  # fmt: skip
    return {"id": f"u{number}", "status": state, "body": text, "created_at": at, "display_at": at, **more}


def incident(number: int = 1, *updates: Any, began: str = BEGAN, **more: Any) -> dict[str, Any]:
    return {
        "id": f"inc{number}", "name": "Carts fail", "status": "resolved", "impact": "major", "created_at": began,
        "started_at": began, "resolved_at": "2026-11-24T10:10:00.000Z", "shortlink": f"https://stspg.io/s{number}",
        "components": [CART], "incident_updates": list(updates) or [update(number, at=began)], **more,
    }  # fmt: skip


def maintenance(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        **incident(number), "id": f"m{number}", "name": "Database upgrade", "impact": "maintenance",
        "scheduled_for": "2026-11-24T09:00:00.000Z", "scheduled_until": "2026-11-24T09:30:00.000Z",
        "incident_updates": [], **more,
    }  # fmt: skip


@contextmanager
def running(held: Statuspage | None = None) -> Iterator[Statuspage]:
    """The stub, served."""
    held = held or Statuspage()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to a public page with an incident and maintenance."""
    with running(Statuspage([incident()], [maintenance()])) as held:
        yield {"url": held.url.replace("//", "//bob:s3cret@")}
