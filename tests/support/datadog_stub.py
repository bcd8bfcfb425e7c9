"""A Datadog of the tests: events and logs by cursor, at most 1,000 an answer, and counts by minute."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT_MS = 1795512240123  # 2026-11-24T09:24:00.123Z


@dataclass
class Datadog:
    """`meta` is added to what every answer says of itself; `most` stands for the 1,000 records of an answer."""

    events: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    most: int = 1000
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.headers.append(dict(handler.headers))
        params = {name: one[0] for name, one in parse_qs(split.query).items()}
        status, body = self.respond(split.path, params, json.loads(raw) if raw else {})
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        """(status, body) of one request."""
        self.asked.append((path, body or params))
        for part, status in self.refuse.items():
            if part in path:
                return status, {"errors": ["Forbidden"]}
        if path == "/api/v2/events":
            start, end = int(params["filter[from]"]), int(params["filter[to]"])
            found = [one for one in self.events if start <= one["attributes"]["attributes"]["timestamp"] <= end]
            found.sort(key=lambda one: int(one["attributes"]["attributes"]["timestamp"]))
            return 200, self._page(found, params.get("page[cursor]"), int(params.get("page[limit]", 10)))
        if path not in ("/api/v2/logs/events/search", "/api/v2/logs/analytics/aggregate"):
            return 404, {"errors": ["Not found"]}
        start, end = int(body["filter"]["from"]), int(body["filter"]["to"])
        found = [one for one in self.lines if start <= _ms(one["attributes"]["timestamp"]) <= end]
        if path.endswith("aggregate"):
            return 200, {"data": {"buckets": _buckets(found)}, "meta": {"status": "done", **self.meta}}
        _, narrowed, wanted = body["filter"]["query"].partition("status:(")
        found = [one for one in found if not narrowed or f'"{one["attributes"]["status"]}"' in wanted]
        found.sort(key=lambda one: _ms(one["attributes"]["timestamp"]))
        return 200, self._page(found, body["page"].get("cursor"), body["page"]["limit"])

    def _page(self, found: list[Any], cursor: Any, limit: int) -> dict[str, Any]:
        start = int(cursor or 0)
        end = start + min(self.most, limit)
        after = {"page": {"after": str(end)}} if end < len(found) else {}
        return {"data": found[start:end], "meta": {"status": "done", **after, **self.meta}}


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def _text(ms: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)).isoformat().replace("+00:00", "Z")


def _buckets(found: list[Any]) -> list[Any]:
    counts: dict[tuple[str, str], Counter[int]] = {}
    for one in (line["attributes"] for line in found):
        minute = _ms(one["timestamp"]) // 60_000
        counts.setdefault((one.get("service", ""), one.get("status", "")), Counter())[minute] += 1
    return [
        {
            "by": {"service": service, "status": status},
            "computes": {
                "c0": [{"time": _text(minute * 60_000), "value": count} for minute, count in sorted(of.items())]
            },
        }
        for (service, status), of in counts.items()
    ]


def alert(status: str = "error", at_ms: int = AT_MS, title: str = "[Triggered] Checkout errors", **more: Any) -> Any:
    """What a monitor told."""
    monitor = {"id": 7, "name": "Checkout errors", "message": "see the runbook"}
    inner = {"timestamp": at_ms, "title": title, "status": status, "monitor_id": 7, "monitor": monitor, **more}
    outer = {"timestamp": _text(at_ms), "message": "%%%", "tags": ["service:checkout", "env:prod"], "attributes": inner}
    return {"id": f"alert-{at_ms}", "type": "event", "attributes": outer}


def other(title: str = "Deployed v2", at_ms: int = AT_MS, source: str = "deploy", **more: Any) -> Any:
    """What somebody else told."""
    inner = {"timestamp": at_ms, "title": title, "source_type_name": source, "status": "info", **more}
    outer = {"timestamp": _text(at_ms), "message": title, "tags": ["service:web", "version:v2"], "attributes": inner}
    return {"id": f"other-{at_ms}", "type": "event", "attributes": outer}


def line(message: str = "payment 4711 failed", at_ms: int = AT_MS, status: str = "error", **more: Any) -> Any:
    one = {
        "timestamp": _text(at_ms),
        "message": message,
        "status": status,
        "service": "checkout",
        "host": "web-1",
        **more,
    }
    return {"id": f"line-{at_ms}", "type": "log", "attributes": one}


@contextmanager
def running(datadog: Datadog | None = None) -> Iterator[Datadog]:
    """The stub, served."""
    held = datadog or Datadog()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an alert, a deploy and log lines."""
    held = Datadog([alert(), other()], [line(), line("started", status="info")])
    with running(held) as datadog:
        yield {"url": datadog.url.replace("//", "//bob:s3cret@"), "logs_query": "env:prod"}
