"""A CloudTrail of the tests: calls newest first, 50 an answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import servers

AT = 1795512240  # 2026-11-24T09:24:00Z
KEYS = {"region": "eu-central-1", "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI"}
TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"


@dataclass
class Cloudtrail:
    """`refuse`: the error that every answer is."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    refuse: str = ""
    asked: list[Any] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        status, body = self.respond(str(handler.headers.get("X-Amz-Target")), json.loads(raw) if raw else {})
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, target: str, body: Any) -> tuple[int, Any]:
        """(status, body) of one request."""
        self.asked.append(body)
        if self.refuse or target not in (TARGET, "None"):
            return 400, {"__type": self.refuse or "UnknownOperationException", "Message": "no"}
        found = [one for one in self.calls if body["StartTime"] <= one["EventTime"] <= body["EndTime"]]
        found.sort(key=lambda one: float(one["EventTime"]), reverse=True)
        start = int(body.get("NextToken") or 0)
        end = start + min(body["MaxResults"], 50)
        return 200, {"Events": found[start:end], **({"NextToken": str(end)} if end < len(found) else {})}


def call(name: str = "UpdateService", at: float = AT, number: int = 1, **more: Any) -> dict[str, Any]:
    """A call; `more` is part of the whole record."""
    return {
        "EventId": f"id-{number}", "EventName": name, "EventTime": at, "EventSource": "ecs.amazonaws.com",
        "Username": "alice", "ReadOnly": "false",
        "Resources": [{"ResourceType": "AWS::ECS::Service", "ResourceName": "shop-checkout"}],
        "CloudTrailEvent": json.dumps({"awsRegion": "eu-central-1", **more}),
    }  # fmt: skip


@contextmanager
def running(cloudtrail: Cloudtrail | None = None) -> Iterator[Cloudtrail]:
    """The stub, served."""
    held = cloudtrail or Cloudtrail()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a deploy."""
    with running(Cloudtrail([call()])) as cloudtrail:
        yield {"url": cloudtrail.url.replace("//", "//bob:s3cret@"), **KEYS}
