"""The pager: receives Alertmanager's webhook and writes each alert in it as one event to pages.jsonl."""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from lab.people import ON_CALL
from lab.records import append


@dataclass(frozen=True)
class Page:
    """One notification about one alert: `id` is one for an episode, `status` firing, acknowledged or resolved."""

    at: datetime
    id: str
    alert: str
    service: str
    status: str
    labels: dict[str, str]
    notes: dict[str, str]
    url: str


class Pager:
    def __init__(self, path: Path, port: int) -> None:
        self.path, self.pages = path, list[Page]()
        self._ids: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        pager = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                pager.receive(datetime.now(UTC), json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """No access log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def receive(self, at: datetime, notification: dict[str, Any]) -> None:
        for alert in notification["alerts"]:
            with self._lock:
                number = f"P-{3101 + len(self._ids)}"
                name = self._ids.setdefault((alert["fingerprint"], alert["startsAt"]), number)
            self.write(at, name, alert["status"], alert["labels"], alert["annotations"], alert["generatorURL"])

    def write(
        self, at: datetime, name: str, status: str, labels: dict[str, str], notes: dict[str, str], url: str, **more: str
    ) -> None:
        event = {
            "time": at, "kind": "page", "title": labels["alertname"], "id": name, "source": "pager",
            "service": labels["service"], "severity": labels["severity"], "status": status, "labels": labels,
            "url": url, "body": f"{notes['summary']}. Runbook: {notes['runbook_url']}",
            **more,
        }  # fmt: skip
        page = Page(at, name, labels["alertname"], labels["service"], status, labels, notes, url)
        with self._lock:
            append(self.path, event)
            self.pages.append(page)

    def acknowledge(self, page: Page) -> datetime:
        """The on-call engineer takes the page; the time at which it was done."""
        at = datetime.now(UTC)
        self.write(at, page.id, "acknowledged", page.labels, page.notes, page.url, actor_role=ON_CALL)
        return at

    def of(self, service: str, status: str) -> list[Page]:
        with self._lock:
            return [page for page in self.pages if page.service == service and page.status == status]

    def open_alerts(self, service: str) -> set[str]:
        """Ids of the episodes that were notified as firing and not yet as resolved."""
        return {page.id for page in self.of(service, "firing")} - {page.id for page in self.of(service, "resolved")}
