"""The search service: GET /search?q=…; no part of a checkout. It writes search.log as JSON lines."""

import argparse
import json
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from . import telemetry
from .web import Handler, serve

INDEX_QUOTA_BYTES = 4_000_000
SYNONYMS = {"sofa": "couch", "rug": "carpet", "lamp": "light"}
WORDS = ("lamp", "desk", "chair", "shelf", "sofa", "rug", "mirror", "stool")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--logs", type=Path, required=True)
    options.add_argument("--index", type=Path, required=True)
    options.add_argument("--version", required=True)
    given = options.parse_args()
    service = Search(given.logs, given.index, given.version)
    handler = type("SearchHandler", (Handler,), {"answer": service.answer, "metrics": service.metrics_text})
    service.note("info", f"search {given.version} started")
    serve(given.port, handler)
    service.note("info", f"search {given.version} stopped")


class Search:
    def __init__(self, logs: Path, index: Path, version: str) -> None:
        self.version, self.index = version, index
        self.log = telemetry.open_log(logs / "search.log")
        self.metrics = telemetry.Metrics(version, (200, 500))

    def note(self, level: str, message: str, **fields: object) -> None:
        head = {"timestamp": telemetry.now(), "level": level, "service": "search", "version": self.version}
        self.log.info("%s", json.dumps(head | {"message": message} | fields))

    def metrics_text(self) -> str:
        size = self.index.stat().st_size if self.index.exists() else 0
        return self.metrics.text({"disk_used_ratio": size / INDEX_QUOTA_BYTES})

    def answer(self, request: Handler, _body: bytes) -> tuple[int, bytes]:
        begun = time.perf_counter()
        name = request.headers.get("X-Request-Id", "-")
        query = parse_qs(urlsplit(request.path).query).get("q", [""])[0]
        if " " not in query and query not in SYNONYMS:
            self.metrics.observe(500, time.perf_counter() - begun)
            self.note("error", "no synonym", request_id=name, query=query)
            return 500, b'{"error": "search failed"}'
        hits = [f"{first} {second}" for first in WORDS for second in WORDS if query in (first, second)]
        took = time.perf_counter() - begun
        self.metrics.observe(200, took)
        self.note("info", "query answered", request_id=name, query=query, hits=len(hits), ms=round(took * 1e3, 3))
        if not hits:
            self.note("warning", "no hits, suggestions shown", request_id=name, query=query)
        return 200, json.dumps(hits).encode()


if __name__ == "__main__":
    main()
