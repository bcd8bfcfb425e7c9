"""An Alertmanager of the tests: the alerts of now, and files of the webhooks that it sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

STARTED, ENDED = "2026-11-24T09:24:00.568Z", "2026-11-24T09:51:20.568Z"
LABELS = {"alertname": "CartErrors", "service": "cart", "severity": "page", "cluster": "eu-1", "instance": "cart-1:80"}


@dataclass
class Alertmanager:
    """`alerts` are those that are active now: it has no others."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        status, body = self.respond(split.path, parse_qs(split.query))
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, list[str]]) -> tuple[int, Any]:
        """(status, body) of one request."""
        self.asked.append(params)
        if self.status != 200 or path != "/api/v2/alerts":
            return (self.status if self.status != 200 else 404), "no"
        return 200, self.alerts


def alert(number: int = 1, started: str = STARTED, ended: str = "", **labels: str) -> dict[str, Any]:
    """An alert as a webhook has it: it fires, or is resolved where it ended."""
    return {
        "status": "resolved" if ended else "firing", "labels": {**LABELS, **labels},
        "annotations": {"summary": "errors at 20 %", "runbook_url": "https://runbooks.example/cart"},
        "startsAt": started, "endsAt": ended or "0001-01-01T00:00:00Z", "fingerprint": f"{number:016x}",
        "generatorURL": "http://prometheus.example/graph?g0.expr=cart",
    }  # fmt: skip


def current(number: int = 1, started: str = STARTED, **labels: str) -> dict[str, Any]:
    """An alert as the list of now has it: its end is the time at which it will be given up."""
    status = {"state": "active", "silencedBy": [], "inhibitedBy": []}
    return {**alert(number, started, **labels), "endsAt": "2026-11-24T12:04:00Z", "status": status, "receivers": []}


def webhook(*alerts: dict[str, Any], **more: Any) -> dict[str, Any]:
    firing = any(one["status"] == "firing" for one in alerts)
    return {
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing" if firing else "resolved",
        "receiver": "store", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "alerts": list(alerts),
        "externalURL": "http://alertmanager.example", **more,
    }  # fmt: skip


def write(path: Path, *webhooks: Any) -> Path:
    """A file as a receiver stores it, one webhook a line."""
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in webhooks))
    return path


@contextmanager
def running(held: Alertmanager) -> Iterator[Alertmanager]:
    """The stub, served."""
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(base: Path) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an alert of now, and with webhooks where there is a folder for them."""
    with running(Alertmanager([current(2)])) as held:
        fields: dict[str, Any] = {"url": held.url.replace("//", "//bob:s3cret@")}
        if base != Path():
            stored = write(base / "webhooks.jsonl", webhook(alert(1)), webhook(alert(1, ended=ENDED)))
            fields["webhooks"] = [str(stored)]
        yield fields
