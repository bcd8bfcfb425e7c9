"""A Grafana of the tests: annotations in ms, state history in seconds, both cut in silence; dashboards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

AT_MS = 1795512240123  # 2026-11-24T09:24:00.123Z
PICTURE = b"\x89PNG\r\n\x1a\n and what follows"
Params = dict[str, list[str]]


@dataclass
class Grafana:
    """`loki`: the state history can be asked as a whole; without it, only by the uid of a rule.

    `renderer`: whether panels are drawn; without it Grafana gives a picture that says so.
    """

    annotations: list[dict[str, Any]] = field(default_factory=list)
    states: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    dashboards: dict[str, dict[str, Any]] = field(default_factory=dict)
    loki: bool = True
    renderer: bool = False
    refuse: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, Params]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        status, body = self.respond(split.path, parse_qs(split.query))
        packed = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: Params) -> tuple[int, Any]:
        """(status, body) of one request."""
        self.asked.append((path, params))
        if path in self.refuse:
            return self.refuse[path], {"message": "Permission denied"}
        if path == "/api/annotations":
            return 200, self._annotations(params)
        if path == "/api/v1/rules/history":
            refusal = {"message": "ruleUID is required to query annotations"}
            return (200, self._frame(params)) if self.loki else (500, refusal)
        if path == "/api/frontend/settings":
            return 200, {"rendererAvailable": self.renderer}
        if path.startswith("/render/d-solo/"):
            return 200, PICTURE if self.renderer else PICTURE + b"not installed"
        board = self.dashboards.get(path.rpartition("/")[2])
        return (200, {"dashboard": board, "meta": {}}) if board else (404, {"message": "Dashboard not found"})

    def _annotations(self, params: Params) -> list[Any]:
        """Those that touch the span, the last first; one of the tags is enough with matchAny."""
        first, last, limit = int(params["from"][0]), int(params["to"][0]), int(params.get("limit", ["100"])[0])
        of_alerts, tags = params["type"] == ["alert"], set(params.get("tags", ()))
        found = [
            one for one in self.annotations
            if one["time"] <= last and one["timeEnd"] >= first and bool(one.get("alertId")) == of_alerts
            and (not tags or tags & set(one["tags"]))
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-one["timeEnd"], -one["time"]))[:limit]

    def _frame(self, params: Params) -> dict[str, Any]:
        first, last = int(params["from"][0]) * 1000, int(params["to"][0]) * 1000
        found = [one for one in sorted(self.states, key=lambda one: one[0]) if first <= one[0] < last]
        found = found[: min(5000, int(params.get("limit", ["1000"])[0]))]
        fields = [{"name": "time", "type": "time"}, {"name": "line"}, {"name": "labels"}]
        values = [[at for at, _ in found], [line for _, line in found], [{} for _ in found]]
        return {"schema": {"name": "states", "fields": fields}, "data": {"values": values}}


def note(number: int = 1, text: str = "Cart 2.4.1 is out", at: int = AT_MS, end: int = 0, **more: Any) -> Any:
    return {
        "id": number, "time": at, "timeEnd": end or at, "text": text, "tags": ["deploy", "service:cart"],
        "login": "alice", "email": "alice@example.com", "dashboardUID": "cart-overview", "panelId": 2, **more,
    }  # fmt: skip


def transition(previous: str, current: str, at: int = AT_MS, service: str = "cart", **more: Any) -> tuple[int, Any]:
    """A row of the state history."""
    return at, {
        "schemaVersion": 1, "previous": previous, "current": current, "values": {"A": 0.2}, "ruleTitle": "Cart errors",
        "ruleUID": "cart-errors", "ruleID": 7, "fingerprint": f"f-{service}", "dashboardUID": "cart-overview",
        "panelID": 2, "labels": {"service": service, "severity": "critical"}, **more,
    }  # fmt: skip


def alert_note(number: int, previous: str, current: str, at: int = AT_MS, **more: Any) -> dict[str, Any]:
    """The annotation that a change of state leaves."""
    return {
        "id": number, "alertId": 7, "alertName": "Cart errors", "prevState": previous, "newState": current, "time": at,
        "timeEnd": at, "text": f"Cart errors {{service=cart, severity=critical}} - A=0.{number}", "tags": [], **more,
    }  # fmt: skip


BOARD = {
    "title": "Cart", "panels": [
        {"id": 1, "type": "row", "panels": [{"id": 2, "type": "timeseries", "title": "Error ratio"}]},
        {"id": 3, "type": "timeseries", "title": "Latency"},
    ],
}  # fmt: skip


@contextmanager
def running(held: Grafana | None = None) -> Iterator[Grafana]:
    """The stub, served."""
    held = held or Grafana()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an annotation, an alert episode and a panel."""
    states = [transition("Normal", "Alerting"), transition("Alerting", "Normal", AT_MS + 60_000)]
    with running(Grafana([note()], states, {"cart-overview": BOARD})) as held:
        panels = [{"dashboard": "cart-overview", "panels": [2]}]
        yield {"url": held.url.replace("//", "//bob:s3cret@"), "panels": panels}
