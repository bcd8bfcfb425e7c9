"""A Jenkins of the tests: one job, shop/deploy, whose builds are given in the range that `tree` asks for."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

JOB = "/job/shop/job/deploy/api/json"
AT_MS = 1795512240000  # 2026-11-24T09:24:00Z


@dataclass
class Jenkins:
    """Builds newest first; `grows`: after so many answers one more begins, which shifts the others."""

    builds: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    grows: int = 0
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        tree = parse_qs(split.query)["tree"][0]
        self.asked.append(tree)
        self.headers.append(dict(handler.headers))
        status, body = self.respond(split.path, tree)
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, tree: str) -> tuple[int, Any]:
        """(status, body) of one request; without a range `builds` would be the newest 100."""
        if self.status != 200 or path != JOB:
            return (self.status if self.status != 200 else 404), {}
        body: dict[str, Any] = {"_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob"}
        if found := re.fullmatch(r"allBuilds\[.*\]\{(\d+),(\d+)\}", tree):
            body["allBuilds"] = self.builds[int(found[1]) : int(found[2])]
        if self.grows:
            self.grows -= 1
            self.builds = [build(self.builds[0]["number"] + 1, self.builds[0]["timestamp"] + 1000), *self.builds]
        return 200, body


def build(number: int, began_ms: int = AT_MS, result: str | None = "SUCCESS", **told: Any) -> dict[str, Any]:
    """`parameters`, `sha`, and what else the build has."""
    parameters = [{"name": name, "value": text} for name, text in told.pop("parameters", {}).items()]
    actions: list[dict[str, Any]] = [{"causes": [{"userId": "alice"}]}, {}, {"parameters": parameters}]
    if "sha" in told:
        actions.append({"lastBuiltRevision": {"SHA1": told.pop("sha")}})
    return {
        "number": number, "timestamp": began_ms, "duration": 90_000 if result else 0, "result": result,
        "building": result is None, "url": f"https://jenkins.example/{number}/", "actions": actions, **told,
    }  # fmt: skip


@contextmanager
def running(jenkins: Jenkins | None = None) -> Iterator[Jenkins]:
    """The stub, served."""
    held = jenkins or Jenkins()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a build."""
    with running(Jenkins([build(1)])) as jenkins:
        yield {"url": jenkins.url.replace("//", "//bob:s3cret@"), "jobs": ["shop/deploy"]}
