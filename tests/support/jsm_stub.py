"""Operations of Jira Service Management, for tests: alerts by offset, logs and notes by a cursor in `links.next`."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import servers

CREATED = "2026-11-24T09:24:00.485Z"
ROOT = "/jsm/ops/api/cloud-1/v1/"


@dataclass
class Jsm:
    """`cap` is the vendor's 20,000; `deaf`: the query is not kept to; `refuse` maps the end of a path to a status."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    logs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    cap: int = 20_000
    deaf: bool = False
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
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
        self.asked.append((path, params))
        parts = path.removeprefix(ROOT).split("/")
        if parts[-1] in self.refuse:
            return self.refuse[parts[-1]], {"message": "Unauthorized; scope does not match"}
        if not path.startswith(ROOT) or parts[0] != "alerts":
            return 404, {"message": "Not found"}
        if len(parts) == 1:
            return self._alerts(params)
        if len(parts) == 2:
            one = next((one for one in self.alerts if one["id"] == parts[1]), None)
            return (200, one) if one else (404, {"message": "Alert does not exist"})
        return 200, _by_cursor({"logs": self.logs, "notes": self.notes}[parts[2]].get(parts[1], []), path, params)

    def _alerts(self, params: dict[str, str]) -> tuple[int, Any]:
        offset, size = int(params.get("offset", 0)), min(100, int(params["size"]))
        if offset + size > self.cap:
            return 422, {"message": "Sum of offset and size must be lower than the limit"}
        if named := re.fullmatch(r'(tinyId|alias):"(.*)"', params["query"]):  # what is alike comes too
            found = [one for one in self.alerts if named[2] in one[named[1]]]
            found.sort(key=lambda one: _ms(one["createdAt"]), reverse=True)
            return 200, {"values": found[:100], "links": {}}
        first, last = map(int, re.findall(r"createdAt [<>]= (\d+)", params["query"]))
        found = [one for one in self.alerts if self.deaf or first <= _ms(one["createdAt"]) <= last]
        found.sort(key=lambda one: _ms(one["createdAt"]), reverse=True)
        more = offset + size < len(found)
        links = {"next": f"/v1/alerts?offset={offset + size}&size={size}"} if more else {}
        return 200, {"values": found[offset : offset + size], "links": links, "count": len(found)}


def _by_cursor(found: list[Any], path: str, params: dict[str, str]) -> dict[str, Any]:
    start, size = int(params.get("after", "0")), min(100, int(params["size"]))
    asking = urlencode({"size": size, "order": params["order"], "after": start + size})
    links = {"next": f"{path.removeprefix('/jsm/ops/api/cloud-1')}?{asking}"} if start + size < len(found) else {}
    return {"values": found[start : start + size], "links": links}


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def alert(number: int = 1, at: str = CREATED, **more: Any) -> dict[str, Any]:
    return {
        "id": f"a{number}", "tinyId": str(number), "message": "Cart errors", "createdAt": at, "updatedAt": at,
        "status": "open", "acknowledged": False, "priority": "P1", "alias": "cart-errors", "entity": "cart-prod",
        "tags": ["critical"], "source": "Prometheus", "integrationName": "Prometheus shop", "count": 3, **more,
    }  # fmt: skip


def log(text: str, at: str = "2026-11-24T09:30:00Z", owner: str = "alice@example.com", **more: Any) -> dict[str, Any]:
    return {"log": text, "logTime": at, "logType": "system", "owner": owner, "offset": f"{_ms(at)}_1", **more}


def note(text: str = "Looking at the database", at: str = "2026-11-24T09:33:00Z") -> dict[str, Any]:
    return {"id": "n1", "note": text, "createdAt": at, "owner": "alice@example.com"}


@contextmanager
def running(held: Jsm | None = None) -> Iterator[Jsm]:
    """The stub, served."""
    held = held or Jsm()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to a site with an alert, its log and a note."""
    held = Jsm([alert(closeTime="2026-11-24T10:00:00Z")], {"a1": [log("Alert acknowledged via web")]}, {"a1": [note()]})
    with running(held):
        yield {"url": held.url.replace("//", "//bob:s3cret@"), "cloud_id": "cloud-1"}
