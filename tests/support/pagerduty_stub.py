"""A PagerDuty of the tests: offset and limit up to 100 a page and 10,000 a list, at most 6 months, newest first."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

OPENED = "2026-11-24T09:24:00Z"
SERVICE = {"id": "PCART1", "type": "service_reference", "summary": "Cart production"}
ALICE = {"id": "PALICE", "type": "user_reference", "summary": "Alice Adams"}
Params = dict[str, list[str]]


@dataclass
class Pagerduty:
    """`cap` is the vendor's 10,000; `refuse` maps a path to the status that it gets."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    alerts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    services: dict[str, str] = field(default_factory=dict)
    cap: int = 10_000
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, Params]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        self.headers.append(dict(handler.headers))
        status, body = self.respond(split.path, parse_qs(split.query))
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: Params) -> tuple[int, Any]:
        """(status, body) of one request."""
        self.asked.append((path, params))
        parts = path.strip("/").split("/")
        if path.strip("/") in self.refuse or parts[-1] in self.refuse:
            return self.refuse.get(path.strip("/"), self.refuse.get(parts[-1], 0)), {"error": {"message": "No"}}
        if parts == ["log_entries"]:
            return self._list("log_entries", self._timed(self.entries, "created_at", params), params)
        if parts == ["incidents"]:
            return self._list("incidents", self._chosen(params), params)
        if parts[-1] == "change_events":
            mine = [one for one in self.changes if parts[0] != "services" or one["services"][0]["id"] == parts[1]]
            return self._list("change_events", self._timed(mine, "timestamp", params), params)
        if parts[-1] == "alerts":
            return self._list("alerts", self.alerts.get(parts[1], []), params)
        if parts[-1] == "notes":
            return 200, {"notes": self.notes.get(parts[1], [])}
        if parts[0] == "services" and parts[1] in self.services:
            return 200, {"service": {"id": parts[1], "name": self.services[parts[1]]}}
        for one in self.incidents:
            if parts[0] == "incidents" and parts[1] in (one["id"], str(one["incident_number"])):
                return 200, {"incident": one}
        return 404, {"error": {"message": "Not Found", "code": 2100}}

    def _chosen(self, params: Params) -> list[Any]:
        found = [one for one in self.incidents if one["status"] in params.get("statuses[]", [one["status"]])]
        return found if params.get("date_range") == ["all"] else self._timed(found, "created_at", params)

    def _timed(self, found: list[Any], key: str, params: Params) -> list[Any]:
        """Those within the borders, newest first; a list that would be too long is refused."""
        since, until = params["since"][0], params["until"][0]
        if datetime.fromisoformat(until) - datetime.fromisoformat(since) > timedelta(days=184):
            raise AssertionError("asked for more than 6 months")
        return sorted((one for one in found if since <= one[key] <= until), key=lambda one: str(one[key]), reverse=True)

    def _list(self, name: str, found: list[Any], params: Params) -> tuple[int, Any]:
        offset, limit = int(params["offset"][0]), min(100, int(params["limit"][0]))
        if offset + limit > self.cap:
            return 400, {"error": {"message": "Offset and limit are too high"}}
        more = offset + limit < len(found)
        return 200, {name: found[offset : offset + limit], "more": more, "offset": offset, "limit": limit}


def incident(number: int = 1, opened: str = OPENED, **more: Any) -> dict[str, Any]:
    return {
        "id": f"PINC{number}", "incident_number": number, "title": "Cart errors", "created_at": opened,
        "status": "triggered", "resolved_at": None, "service": SERVICE, "urgency": "high",
        "priority": {"summary": "P2"}, "html_url": f"https://shop.pagerduty.com/incidents/PINC{number}",
        "first_trigger_log_entry": {"id": f"R{number}"}, "summary": f"[#{number}] Cart errors", **more,
    }  # fmt: skip


def entry(name: str = "R1", kind: str = "trigger", at: str = OPENED, of: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "type": f"{kind}_log_entry", "summary": f"{kind} by Alice Adams", "created_at": at,
        "agent": ALICE if kind in ("acknowledge", "resolve") else SERVICE, "incident": of or incident(),
        "service": SERVICE, "html_url": f"https://shop.pagerduty.com/log_entries/{name}", **more,
    }  # fmt: skip


def alert(number: int = 1, at: str = OPENED, **more: Any) -> dict[str, Any]:
    return {
        "id": f"PALERT{number}", "summary": "CartErrors on cart", "created_at": at, "status": "resolved",
        "severity": "critical", "alert_key": "b1c2", "service": SERVICE, "incident": {"id": "PINC1"},
        "body": {"type": "alert_body", "details": {"AlertName": "CartErrors", "value": 0.2, "none": None}}, **more,
    }  # fmt: skip


def note(number: int = 1, text: str = "Looking at the database", at: str = "2026-11-24T10:31:00+01:00") -> Any:
    return {"id": f"N{number}", "content": text, "created_at": at, "user": ALICE}


def change(number: int = 1, summary: str = "Deployed cart 2.4.1", at: str = "2026-11-24T09:20:00Z", **more: Any) -> Any:
    return {
        "id": f"C{number}", "summary": summary, "timestamp": at, "source": "ci", "type": "change_event",
        "services": [{"id": "PCART1", "type": "service_reference"}], "custom_details": {"version": "2.4.1"},
        "links": [{"href": "https://ci.example/4", "text": "run"}], **more,
    }  # fmt: skip


@contextmanager
def running(held: Pagerduty | None = None) -> Iterator[Pagerduty]:
    """The stub, served."""
    held = held or Pagerduty()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an incident, an alert, a note and a change."""
    acknowledged = entry("R2", "acknowledge", "2026-11-24T09:30:00Z")
    held = Pagerduty(
        [entry(), acknowledged], [incident()], {"PINC1": [alert()]}, {"PINC1": [note()]}, [change()],
        {"PCART1": "Cart production"},
    )  # fmt: skip
    with running(held):
        yield {"url": held.url.replace("//", "//bob:s3cret@")}
