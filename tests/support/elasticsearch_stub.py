"""An Elasticsearch or OpenSearch of the tests: points in time, search_after, composite aggregations, and limits."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

import servers

AT_MS = 1795512240123  # 2026-11-24T09:24:00.123Z


@dataclass
class Elasticsearch:
    """`shards`: what every answer says of its shards; `opened`: points in time that nobody closed."""

    records: list[dict[str, Any]] = field(default_factory=list)
    opensearch: bool = False
    shards: dict[str, Any] = field(default_factory=lambda: {"total": 2, "successful": 2, "failed": 0})
    timed_out: bool = False
    untimed: bool = False  # whether hits lack the time
    refuse: dict[str, int] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.headers.append(dict(handler.headers))
        params = {name: one[0] for name, one in parse_qs(split.query).items()}
        status, body = self.respond(handler.command, split.path, params, json.loads(raw) if raw else None)
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        """(status, body) of one request."""
        self.asked.append((method, path, body))
        for part, status in self.refuse.items():
            if part in path:
                why = {"type": "security_exception", "reason": "action is unauthorized"}
                return status, {"error": {"root_cause": [why], "reason": "all shards failed"}, "status": status}
        if path == "/":
            other = {"distribution": "opensearch"} if self.opensearch else {}
            return 200, {"version": {"number": "2.15.0" if self.opensearch else "8.14.0", **other}}
        point, key = ("_search/point_in_time", "pit_id") if self.opensearch else ("_pit", "id")
        if method == "POST" and path.endswith(f"/{point}") and params.get("keep_alive"):
            self.opened.add(f"point-{len(self.asked)}")
            return 200, {key: f"point-{len(self.asked)}", "_shards": self.shards}
        if method == "DELETE" and path == f"/{point}":
            self.opened -= set(body[key] if self.opensearch else [body[key]])
            return 200, {"succeeded": True}
        if method == "POST" and path == "/_search" and body["pit"]["id"] in self.opened:
            return 200, {
                **self._searched(body),
                "timed_out": self.timed_out,
                "_shards": self.shards,
                "pit_id": body["pit"]["id"],
            }
        return 404, {"error": {"reason": "no handler found"}, "status": 404}

    def _searched(self, body: Any) -> dict[str, Any]:
        found = [one for one in self.records if _fits(one["_source"], body["query"]["bool"]["filter"])]
        if "first" in body.get("aggs", {}):
            first = min((one["_source"]["@timestamp"] for one in found), default=None)
            return {"hits": {"hits": []}, "aggregations": {"first": {"value": first and float(first)}}}
        if "aggs" in body:
            return {
                "hits": {"hits": []},
                "aggregations": {"counts": _composite(found, body["aggs"]["counts"]["composite"])},
            }
        found.sort(key=lambda one: (one["_source"]["@timestamp"], one["_id"]))
        hits = [{**one, "sort": [one["_source"]["@timestamp"], one["_id"]]} for one in found]
        if after := body.get("search_after"):
            hits = [one for one in hits if one["sort"] > after]
        total = {"value": len(found), "relation": "eq"} if body["track_total_hits"] is True else None
        return {"hits": {"total": total, "hits": [self._given(one, body) for one in hits[: min(body["size"], 10_000)]]}}

    def _given(self, hit: dict[str, Any], body: Any) -> dict[str, Any]:
        """A hit with the fields that were asked for; the time as `docvalue_fields` formats it."""
        at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=hit["_source"]["@timestamp"])
        text = at.strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
        wanted = body["_source"]
        kept = {name: one for name, one in hit["_source"].items() if name in wanted or isinstance(one, dict)}
        return {**hit, "_source": kept, "fields": {} if self.untimed else {body["docvalue_fields"][0]["field"]: [text]}}


def _fits(source: dict[str, Any], filters: list[Any]) -> bool:
    for one in filters:
        if "range" in one:
            ((name, span),) = one["range"].items()
            at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=source[name])
            if not datetime.fromisoformat(span["gte"]) <= at < datetime.fromisoformat(span["lt"]):
                return False
        if "terms" in one:
            ((name, values),) = one["terms"].items()
            if source.get(name) not in values:
                return False
    return True


def _composite(found: list[Any], asked: Any) -> dict[str, Any]:
    names = [
        source[name]["terms"]["field"] for source in asked["sources"] for name in source if "terms" in source[name]
    ]
    counts = Counter(
        (one["_source"]["@timestamp"] // 60_000 * 60_000, *(one["_source"].get(name) for name in names))
        for one in found
    )
    every = sorted(counts, key=lambda key: tuple(str(part) for part in key))
    if after := asked.get("after"):
        every = every[every.index((after["minute"], after["service"], after["level"])) + 1 :]
    page = every[: asked["size"]]
    buckets = [
        {"key": dict(zip(("minute", "service", "level"), key, strict=True)), "doc_count": counts[key]} for key in page
    ]
    return {"buckets": buckets, **({"after_key": buckets[-1]["key"]} if buckets else {})}


def record(
    message: str = "payment 4711 failed", at_ms: int = AT_MS, level: Any = "ERROR", **more: Any
) -> dict[str, Any]:
    number = f"{crc32(str((message, at_ms, level, more)).encode()):08x}"
    source = {"@timestamp": at_ms, "message": message, "log.level": level, "service.name": "checkout", **more}
    return {
        "_index": "logs-1",
        "_id": number,
        "_source": {name: one for name, one in source.items() if one is not None},
    }


@contextmanager
def running(elasticsearch: Elasticsearch | None = None) -> Iterator[Elasticsearch]:
    """The stub, served."""
    held = elasticsearch or Elasticsearch()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an error among others."""
    with running(Elasticsearch([record(), record("started", level="INFO")])) as elasticsearch:
        yield {"url": elasticsearch.url.replace("//", "//bob:s3cret@"), "index": "logs-*"}
