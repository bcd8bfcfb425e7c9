"""An Icinga 2 of the tests: its object queries, with what a filter that fits nothing is answered."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

import servers

AT = 1795512240.123456  # 2026-11-24T09:24:00.123456Z


@dataclass
class Icinga:
    """`objects` by their plural."""

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        status, body = self.respond(urlsplit(handler.path).path)
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str) -> tuple[int, Any]:
        """(status, body) of one request."""
        for part, status in self.refuse.items():
            if part in path:
                return status, {"error": status, "status": "Missing permission"}
        kind = path.rpartition("/")[2]
        if path != "/v1" and kind not in ("hosts", "services", "comments", "downtimes"):
            return 404, {"error": 404, "status": "The requested path was not found"}
        return 200, {"results": self.objects.get(kind, [])}


def service(at: float = AT, state: int = 2, name: str = "checkout", **more: Any) -> dict[str, Any]:
    """A service whose hard state changed at this time."""
    attrs = {
        "__name": f"web-1!{name}", "name": name, "host_name": "web-1", "state": state, "state_type": 1,
        "last_hard_state": state, "last_hard_state_change": at, "last_state_change": at, "previous_state_change": 0,
        "last_check_result": {"output": "HTTP 500", "state": state}, "vars": {"service": "shop"}, **more,
    }  # fmt: skip
    return {"name": f"web-1!{name}", "type": "Service", "attrs": attrs, "joins": {}, "meta": {}}


def comment(at: float = AT + 60, entry_type: int = 4, **more: Any) -> dict[str, Any]:
    attrs = {
        "__name": "web-1!checkout!7836", "host_name": "web-1", "service_name": "checkout", "author": "alice",
        "text": "on it", "entry_time": at, "entry_type": entry_type, **more,
    }  # fmt: skip
    return {"name": attrs["__name"], "type": "Comment", "attrs": attrs}


def downtime(at: float = AT + 90, **more: Any) -> dict[str, Any]:
    attrs = {
        "__name": "web-1!checkout!46c7", "host_name": "web-1", "service_name": "checkout", "author": "alice",
        "comment": "maintenance", "start_time": at, "end_time": at + 60, "trigger_time": at, **more,
    }  # fmt: skip
    return {"name": attrs["__name"], "type": "Downtime", "attrs": attrs}


def change(at: float, state: int, state_type: int = 1, output: str = "HTTP 500", **more: Any) -> dict[str, Any]:
    """One line of the event stream."""
    result = {"execution_end": at, "output": output, "state": state}
    usual = {"type": "StateChange", "host": "web-1", "service": "checkout", "timestamp": at + 0.0003}
    return {**usual, "state": state, "state_type": state_type, "check_result": result, **more}


@contextmanager
def running(icinga: Icinga | None = None) -> Iterator[Icinga]:
    """The stub, served."""
    held = icinga or Icinga()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a problem that somebody takes on."""
    with running(Icinga({"services": [service()], "comments": [comment()], "downtimes": [downtime()]})) as icinga:
        yield {"url": icinga.url.replace("//", "//bob:s3cret@")}
