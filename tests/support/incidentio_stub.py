"""An incident.io of the tests: incidents by whole days, updates, severities; a cursor on every page with records."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

DECLARED = "2026-11-24T09:31:10.250Z"
ALICE = {"id": "01ALICE", "name": "Alice Adams", "email": "alice@example.com", "role": "owner"}


@dataclass
class Incidentio:
    """`refuse` maps the last part of a path to the status that it gets."""

    incidents: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    severities: list[str] = field(default_factory=lambda: ["Minor", "Major", "Critical"])
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
        last = path.rpartition("/")[2]
        if last in self.refuse:
            return self.refuse[last], {"type": "authentication_error", "errors": [{"message": "No"}]}
        if path == "/v2/incidents":
            chosen = [one for one in self.incidents if _within(one, params)]
            return 200, _page("incidents", sorted(chosen, key=lambda one: str(one["created_at"]), reverse=True), params)
        if path == "/v2/incident_updates":
            mine = [one for one in self.updates if one["incident_id"] == params["incident_id"]]
            return 200, _page("incident_updates", mine, params)
        if path == "/v1/severities":
            return 200, {"severities": [{"id": name, "name": name} for name in self.severities]}
        found = [one for one in self.incidents if last in (one["id"], one["reference"].partition("-")[2])]
        return (200, {"incident": found[0]}) if found else (404, {"errors": [{"code": "not_found"}]})


def _within(one: dict[str, Any], params: dict[str, str]) -> bool:
    """A day stands for its first moment."""
    for name, wanted in params.items():
        key, _, operator = name.partition("[")
        if key in ("created_at", "updated_at"):
            border, at = datetime.fromisoformat(wanted).replace(tzinfo=UTC), datetime.fromisoformat(one[key])
            if (operator == "gte]" and at < border) or (operator == "lte]" and at > border):
                return False
    return True


def _page(name: str, found: list[Any], params: dict[str, str]) -> dict[str, Any]:
    ids = [one["id"] for one in found]
    start = ids.index(params["after"]) + 1 if params.get("after") in ids else 0
    page = found[start : start + min(500, int(params.get("page_size", "25")))]
    return {name: page, "pagination_meta": {"after": page[-1]["id"] if page else "", "page_size": len(page)}}


def incident(number: int = 1, at: str = DECLARED, stamps: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    values = [{"incident_timestamp": {"name": name}, "value": {"value": said}} for name, said in (stamps or {}).items()]
    chosen = [{"value_catalog_entry": {"name": "Cart prod"}}]
    services = {"custom_field": {"name": "Affected services"}, "values": chosen}
    return {
        "id": f"01INC{number}", "reference": f"INC-{number}", "name": "Carts fail", "created_at": at, "updated_at": at,
        "mode": "standard", "severity": {"name": "Major", "rank": 2}, "summary": "Some carts cannot be paid.",
        "incident_status": {"name": "Investigating", "category": "live"}, "creator": {"user": ALICE},
        "permalink": f"https://app.incident.io/shop/incidents/{number}", "custom_field_entries": [services],
        "incident_timestamp_values": [*values, {"incident_timestamp": {"name": "Unset"}}], **more,
    }  # fmt: skip


def update(number: int = 1, message: str = "We fail over", of: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"01UPD{number}", "incident_id": f"01INC{of}", "message": message,
        "created_at": "2026-11-24T09:45:00Z",
        "new_incident_status": {"name": "Fixing", "category": "live"}, "updater": {"user": ALICE}, **more,
    }  # fmt: skip


@contextmanager
def running(held: Incidentio | None = None) -> Iterator[Incidentio]:
    """The stub, served."""
    held = held or Incidentio()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an incident and an update."""
    stamps = {"Impact started": "2026-11-24T09:24:00Z", "Resolved at": "2026-11-24T10:10:00Z"}
    with running(Incidentio([incident(1, stamps=stamps)], [update()])) as held:
        yield {"url": held.url.replace("//", "//bob:s3cret@")}
