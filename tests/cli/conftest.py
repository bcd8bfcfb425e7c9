"""A folder with a small incident in files, and befell run in it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.cli.main import run

CONFIG = """\
incidents: {from: events}
connectors:
  - {use: files, name: events, events: events.jsonl, incidents: incidents.json}
"""
INCIDENT = {
    "id": "INC-7", "title": "Checkout fails", "services": ["checkout"], "severity": "high",
    "window": {"start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:30:00Z"},
}  # fmt: skip
EVENTS = [
    {"id": "d1", "time": "2026-11-24T09:10:00Z", "kind": "deploy", "title": "checkout 4.2", "service": "checkout"},
    {"id": "a1", "time": "2026-11-24T09:14:00Z", "kind": "alert", "title": "Errors high", "service": "checkout"},
    {"id": "m1", "time": "2026-11-24T09:20:00Z", "kind": "message", "title": "=HYPERLINK(1) by @dora"},
    {"id": "d2", "time": "2026-11-24T09:30:00Z", "kind": "deploy", "title": "Roll back to 4.1", "service": "checkout"},
    {"id": "a2", "time": "2026-11-24T09:34:00Z", "kind": "alert", "title": "Errors high", "service": "checkout",
     "status": "resolved"},
]  # fmt: skip


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of the test, with configuration, incident and events."""
    monkeypatch.chdir(tmp_path)
    Path("befell.yaml").write_text(CONFIG)
    Path("incidents.json").write_text(json.dumps([INCIDENT]))
    Path("events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    return tmp_path


@pytest.fixture
def befell(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Run a command line in this process: exit code, stdout, stderr."""

    def befell(*words: str) -> Done:
        code = run(words)
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return befell
