"""An Unleash of the tests: its event log, by whole days, at most 1,000 a page (more is taken for 50), newest first."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT = "2026-11-24T09:24:00.123Z"


@dataclass
class Unleash:
    """`fault`: its database fails, and the list is empty while the count is right. `zone_hours`: where its days begin.
    `grows`: after so many answers one more event is made, which shifts the others."""

    events: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    fault: bool = False
    zone_hours: int = 0
    grows: int = 0
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
        if self.status != 200 or path != "/api/admin/search/events":
            return (self.status if self.status != 200 else 404), {"message": "You must log in to use Unleash."}
        first, last = params["from"].removeprefix("IS:"), params["to"].removeprefix("IS:")
        found = [one for one in self.events if first <= self._day(one) <= last]
        found.sort(key=lambda one: (one["createdAt"], one["id"]), reverse=True)
        size, start = int(params["limit"]), int(params["offset"])
        page = [] if self.fault else found[start : start + (size if size <= 1000 else 50)]
        if self.grows:
            self.grows -= 1
            self.events = [*self.events, event(max(one["id"] for one in self.events) + 1, self.events[-1]["createdAt"])]
        return 200, {"events": page, "total": len(found)}

    def _day(self, one: dict[str, Any]) -> str:
        at = datetime.fromisoformat(one["createdAt"]) + timedelta(hours=self.zone_hours)
        return f"{at:%Y-%m-%d}"


def event(number: int, at: str = AT, kind: str = "feature-environment-enabled", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "type": kind, "createdAt": at, "createdBy": "alice", "featureName": "new-checkout",
        "project": "shop", "environment": "production", "data": None, "preData": None,
        "summary": "**Alice Adams** enabled **new-checkout**", **more,
    }  # fmt: skip


@contextmanager
def running(unleash: Unleash | None = None) -> Iterator[Unleash]:
    """The stub, served."""
    held = unleash or Unleash()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a change."""
    with running(Unleash([event(1)])) as unleash:
        yield {"url": unleash.url.replace("//", "//bob:s3cret@")}
