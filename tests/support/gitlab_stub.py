"""A GitLab of the tests: the project shop/checkout, with pages of at most 100 and the pairing of parameters."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import servers

PROJECT = "/api/v4/projects/shop%2Fcheckout"


@dataclass
class Gitlab:
    """`refuse` maps the end of a path to a status; `asked` has the requests."""

    deployments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        params = {name: values[0] for name, values in parse_qs(split.query).items()}
        self.asked.append((split.path, params))
        self.headers.append(dict(handler.headers))
        status, body, link = self.respond(split.path, params)
        packed = json.dumps(body).encode()
        handler.send_response(status)
        if link:
            handler.send_header("Link", link)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str]) -> tuple[int, Any, str]:
        """(status, body, Link header) of one request."""
        for end, status in self.refuse.items():
            if path.endswith(end):
                return status, {"message": f"{status} refused"}, ""
        end = path.removeprefix(PROJECT)
        if found := re.fullmatch(r"/issues/(\d+)", end):
            one = next((one for one in self.issues if one["iid"] == int(found[1])), None)
            return (200, one, "") if one else (404, {"message": "404 Not found"}, "")
        if end == "/deployments":
            if "updated_after" in params and params.get("order_by") != "updated_at":
                return 400, {"message": "`updated_at` filter and `updated_at` sorting must be paired"}, ""
            low, high = params.get("updated_after", ""), params.get("updated_before", "~")
            every = sorted(self.deployments, key=lambda one: str(one["updated_at"]))
            every = [one for one in every if low <= one["updated_at"] <= high]
        elif end == "/issues":
            every = [one for one in self.issues if _fits(one, params)]
        else:
            return 404, {"message": "404 Project Not Found"}, ""
        size, page = min(100, int(params.get("per_page", 20))), int(params.get("page", 1))
        following = urlencode({**params, "page": page + 1})
        link = f'<https://gitlab.internal{path}?{following}>; rel="next"' if page * size < len(every) else ""
        return 200, every[(page - 1) * size : page * size], link


def _fits(issue: dict[str, Any], params: dict[str, str]) -> bool:
    label, kind = params.get("labels"), params.get("issue_type")
    return (not label or label in issue["labels"]) and (not kind or kind == issue["issue_type"])


def deployment(number: int, status: str, at: str, sha: str = "a" * 40, **more: Any) -> dict[str, Any]:
    job = {"name": "deploy", "finished_at": at, "tag": False, "pipeline": {"web_url": "https://gitlab.example/p/1"}}
    return {
        "id": number, "status": status, "sha": sha, "ref": "main", "created_at": at, "updated_at": at,
        "environment": {"name": "production"}, "user": {"username": "alice", "name": "Alice Adams"},
        "deployable": job, **more,
    }  # fmt: skip


def issue(number: int, *labels: str, **more: Any) -> dict[str, Any]:
    return {
        "iid": number, "title": "Checkout fails", "labels": list(labels), "issue_type": "incident",
        "created_at": "2026-11-24T09:30:00.000Z", "updated_at": "2026-11-24T09:30:00.000Z", "closed_at": None,
        "severity": "UNKNOWN", "web_url": f"https://gitlab.example/i/{number}", "description": "", **more,
    }  # fmt: skip


@contextmanager
def running(gitlab: Gitlab | None = None) -> Iterator[Gitlab]:
    """The stub, served."""
    held = gitlab or Gitlab()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with a deploy and an incident."""
    ordinary = Gitlab([deployment(1, "success", "2026-11-24T09:24:00.000Z")], [issue(7)])
    with running(ordinary) as gitlab:
        url = gitlab.url.replace("//", "//bob:s3cret@")
        yield {"url": url, "projects": ["shop/checkout"], "incident_project": "shop/checkout"}
