"""A GitHub of the tests: its lists, its pages of at most 100, its Link header, and its caps of 1,000 results.

Requests that GitHub's published description of the API does not know are refused; github_openapi.json is its excerpt.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import servers

DESCRIBED = json.loads(Path(__file__).with_name("github_openapi.json").read_text())["paths"]
PATHS = {path: re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))) for path in DESCRIBED}
FORMS = {"integer": r"\d+", "boolean": "true|false"}
CAP = 1000


@dataclass
class Github:
    """The repository example/shop; `refuse` maps the end of a path to a status; `asked` has the requests."""

    deployments: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    refuse: dict[str, int] = field(default_factory=dict)
    partial: bool = False
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
        status, body, more = self._respond(path, params)
        following = urlencode({**params, "page": int(params.get("page", 1)) + 1})
        return status, body, f'<https://api.github.com{path}?{following}>; rel="next"' if more else ""

    def _respond(self, path: str, params: dict[str, str]) -> tuple[int, Any, bool]:
        if why := undescribed(path, params):
            return 422, {"message": f"not in the description: {why}"}, False
        for end, status in self.refuse.items():
            if path.endswith(end):
                return status, {"message": "Resource not accessible by personal access token"}, False
        if "/repos/example/shop" not in path and not path.startswith("/search"):
            return 404, {"message": "Not Found"}, False
        end = path.removeprefix("/repos/example/shop")
        if found := re.fullmatch(r"/issues/(\d+)", end):
            one = next((one for one in self.issues if one["number"] == int(found[1])), None)
            return (200, one, False) if one else (404, {"message": "Not Found"}, False)
        if path == "/search/issues" or end == "/actions/runs":
            return self._searched(path, params)
        if end == "/issues" and (label := params.get("labels")):
            found_issues = [one for one in self.issues if label in [each["name"] for each in one["labels"]]]
            return self._page([one for one in found_issues if one["updated_at"] >= params.get("since", "")], params)
        if found := re.fullmatch(r"/deployments/(\d+)/statuses", end):
            return self._page(self.statuses.get(int(found[1]), []), params)
        lists = {"/deployments": self.deployments, "/releases": self.releases, "/pulls": [], "/issues": self.issues}
        return (200, {"full_name": "example/shop"}, False) if not end else self._page(lists[end], params)

    def _searched(self, path: str, params: dict[str, str]) -> tuple[int, Any, bool]:
        runs = path.endswith("/runs")
        text = params.get("created", "") if runs else params["q"]
        start, end = (re.search(r"(\d\S+Z)\.\.(\d\S+Z)", text) or re.match("()()", "")).groups()  # type: ignore[union-attr]
        every = [one for one in (self.runs if runs else self.pulls) if not end or start <= when(one) <= end]
        size, page = int(params.get("per_page", 30)), int(params.get("page", 1))
        if not runs and size * (page - 1) >= CAP:
            return 422, {"message": "Only the first 1000 search results are available"}, False
        some = every[:CAP][(page - 1) * size : page * size]
        body = {"total_count": len(every), "workflow_runs" if runs else "items": some}
        return 200, body if runs else {**body, "incomplete_results": self.partial}, False

    @staticmethod
    def _page(every: list[Any], params: dict[str, str]) -> tuple[int, Any, bool]:
        size, page = min(100, int(params.get("per_page", 30))), int(params.get("page", 1))
        return 200, every[(page - 1) * size : page * size], page * size < len(every)


def undescribed(path: str, params: dict[str, str]) -> str:
    """What of a request the description does not know, "" where it knows all."""
    known = next((DESCRIBED[name] for name, form in PATHS.items() if form.fullmatch(path)), None)
    if known is None:
        return path
    asked = {name: form for name, form in known.items() if form["in"] == "query"}
    wrong = [name for name, form in asked.items() if form.get("required") and name not in params]
    wrong += [name for name in params if name not in asked]
    for name, text in params.items():
        form = asked.get(name, {})
        fits = text in form.get("enum", (text,)) and re.fullmatch(FORMS.get(form.get("type", ""), r"(?s:.*)"), text)
        wrong += [] if fits else [f"{name}={text}"]
    return f"{path}: {', '.join(wrong)}" if wrong else ""


def when(one: dict[str, Any]) -> str:
    """The time that a search goes by."""
    return str(one["pull_request"]["merged_at"] if "pull_request" in one else one["created_at"])


def deployment(number: int, at: str, sha: str = "a" * 40, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "created_at": at, "sha": sha, "ref": "main", "task": "deploy", "environment": "production",
        "creator": {"login": "alice"}, "description": "", "transient_environment": False, **more,
    }  # fmt: skip


def status(number: int, state: str, at: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "state": state, "created_at": at, "log_url": "", "target_url": "", **more}


def issue(number: int, *labels: str, at: str = "2026-11-24T09:30:00Z", **more: Any) -> dict[str, Any]:
    return {
        "number": number, "title": "Checkout fails", "labels": [{"name": one} for one in labels], "created_at": at,
        "updated_at": at, "closed_at": None, "html_url": f"https://github.com/example/shop/issues/{number}",
        "body": "Customers cannot pay.", **more,
    }  # fmt: skip


@contextmanager
def running(github: Github | None = None) -> Iterator[Github]:
    """The stub, served."""
    held = github or Github()
    with servers.serving(held.answer) as held.url:
        yield held


def ordinary() -> Github:
    """One deploy and one incident within 09:00 to 11:00."""
    return Github(
        deployments=[deployment(1, "2026-11-24T09:20:00Z")],
        statuses={1: [status(11, "success", "2026-11-24T09:24:00Z")]},
        issues=[issue(7, "incident", "sev2", "service: checkout")],
    )


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to the ordinary one."""
    with running(ordinary()) as github:
        url = github.url.replace("//", "//bob:s3cret@")
        yield {"url": url, "repositories": ["example/shop"], "incident_label": "incident"}
