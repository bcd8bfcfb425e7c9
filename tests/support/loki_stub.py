"""A Loki of the tests: it counts and gives lines like the real one, and cuts at the limit without a word."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT_NS = 1795512240123456789  # 2026-11-24T09:24:00.123456789Z
MONTH_NS = (30 * 24 + 1) * 3600 * 10**9
_BY = re.compile(r"sum by \(([\w, ]+)\) \(count_over_time\((.+) \[1m\] offset 1ns\)\)")
_LEVEL = re.compile(r"\| (\w+)=~`(.*)`")


@dataclass
class Loki:
    """`most`: max_entries_limit_per_query; `longest`: max_query_length in ns."""

    lines: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    most: int = 5000
    longest: int = MONTH_NS
    warnings: list[str] = field(default_factory=list)
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        self.headers.append(dict(handler.headers))
        status, body = self.respond(split.path, {name: one[0] for name, one in parse_qs(split.query).items()})
        packed = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str]) -> tuple[int, Any]:
        """(status, body) of one request; an error is plain text, as Loki's are."""
        self.asked.append(params)
        if self.status != 200:
            return self.status, "no org id"
        if path == "/loki/api/v1/labels":
            return 200, {"status": "success", "data": ["service_name"]}
        if path != "/loki/api/v1/query_range":
            return 404, "404 page not found"
        start, end = int(params["start"]), int(params["end"])
        if end - start > self.longest:
            return (
                400,
                f"the query time range exceeds the limit (query length: {end - start}ns, limit: {self.longest}ns)",
            )
        counted = _BY.fullmatch(params["query"])
        if counted:
            return 200, self._matrix(counted[1].split(", "), start, end, int(params["step"]))
        limit = int(params.get("limit", 100))
        if limit > self.most:
            many = "max entries limit per query exceeded, limit > max_entries_limit_per_query"
            return 400, f"{many} ({limit} > {self.most})"
        return 200, self._streams(params, start, end, limit)

    def _matrix(self, by: list[str], start: int, end: int, step: int) -> dict[str, Any]:
        """count_over_time over (t - 1m - 1ns, t - 1ns], at each step from the start, rounded down, on."""
        step *= 10**9
        counts: dict[tuple[str, ...], Counter[int]] = {}
        for ns, _, labels in self.lines:
            at = ns // step * step + step
            if start // step * step <= at <= -(-end // step) * step:
                counts.setdefault(tuple(labels.get(name, "") for name in by), Counter())[at] += 1
        result = [
            {
                "metric": {name: text for name, text in zip(by, key, strict=True) if text},
                "values": [[at / 10**9, str(count)] for at, count in sorted(of.items())],
            }
            for key, of in counts.items()
        ]
        return {"status": "success", "data": {"resultType": "matrix", "result": result}, "warnings": self.warnings}

    def _streams(self, params: dict[str, str], start: int, end: int, limit: int) -> dict[str, Any]:
        found = [one for one in self.lines if start <= one[0] < end]
        if level := _LEVEL.search(params["query"]):
            found = [one for one in found if re.fullmatch(level[2], one[2].get(level[1], ""))]
        elif "|~" in params["query"]:
            found = [one for one in found if "rror" in one[1]]
        found = sorted(found, key=lambda one: one[0])[:limit]
        streams: dict[str, Any] = {}
        for ns, text, labels in found:
            key = json.dumps(labels, sort_keys=True)
            streams.setdefault(key, {"stream": labels, "values": []})["values"].append([str(ns), text])
        return {"status": "success", "data": {"resultType": "streams", "result": list(streams.values())}}


def line(text: str = "payment 4711 failed", ns: int = AT_NS, level: str = "error", **labels: str) -> Any:
    named = {"service_name": "checkout", "detected_level": level, **labels}
    return ns, text, {name: value for name, value in named.items() if value}


@contextmanager
def running(loki: Loki | None = None) -> Iterator[Loki]:
    """The stub, served."""
    held = loki or Loki()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an error among others."""
    with running(Loki([line(), line("started", level="info")])) as loki:
        yield {"url": loki.url.replace("//", "//bob:s3cret@"), "query": '{namespace="shop"}'}
