"""A service that takes whole incidents, and one posted to it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from support.projects import Project
from support.service import Serving


def post(one: Serving, number: int) -> bool:
    """A whole incident in one delivery; whether the service accepted it."""
    began = datetime.now(UTC) - timedelta(minutes=5)
    name = f"INC-{number}"
    body = {"incident": {
        "id": name, "title": f"Incident {number}", "severity": "SEV-2", "services": [f"service-{number}"],
        "opened_at": began.isoformat(), "resolved_at": (began + timedelta(minutes=2)).isoformat(),
    }}  # fmt: skip
    headers = {"Authorization": "Bearer the-token", "Idempotency-Key": name}
    try:
        return requests.post(f"{one.url}/hooks/events", json=body, headers=headers, timeout=10).status_code in (
            200,
            202,
        )
    except requests.RequestException:
        return False


def follow(folder: Path) -> None:
    project = Project(folder)
    project.write("events.jsonl", [])
    project.configure(
        {"name": "events", "events": "events.jsonl"}, store="store.db",
        serve={"hooks": [{"connector": "events", "token": "the-token"}], "quiet_period": "1s"},
    )  # fmt: skip
