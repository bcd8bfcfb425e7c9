"""A folder with a configuration and its files, and the real command line run in it."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEFELL = Path(sys.executable).with_name("befell")
DAY = "2026-11-24T"
INCIDENT = {
    "id": "INC-7", "title": "Checkout fails", "services": ["checkout"], "severity": "high",
    "window": {"start": f"{DAY}09:00:00Z", "end": f"{DAY}10:30:00Z"},
}  # fmt: skip
PARTS = ("Shown", "Outside window", "Merged", "Summarised")  # of what was parsed
EVENTS = [
    {"id": "d1", "time": f"{DAY}09:26:00Z", "kind": "deploy", "title": "Deploy checkout 4.2", "service": "checkout"},
    {"id": "a1", "time": f"{DAY}09:31:00Z", "kind": "alert", "title": "Errors high", "service": "checkout"},
    {"id": "m1", "time": f"{DAY}09:34:00Z", "kind": "message", "title": "Rolling back", "actor": "dora"},
    {"id": "d2", "time": f"{DAY}09:40:00Z", "kind": "deploy", "title": "Roll back to 4.1", "service": "checkout"},
    {"id": "a2", "time": f"{DAY}09:44:00Z", "kind": "alert", "title": "Errors high", "service": "checkout",
     "status": "resolved"},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """What one command gave."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder; a list of mappings written to it becomes JSON Lines, a mapping JSON, all else is text or bytes."""

    folder: Path

    def write(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list) and name.endswith(".jsonl"):
            content = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in content)
        elif isinstance(content, (list, dict)):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def configure(self, *sources: Mapping[str, Any], **keys: Any) -> None:
        """The configuration (JSON is YAML): these connectors, and these keys beside them."""
        self.write("befell.yaml", {**keys, "connectors": [{"use": "files", **source} for source in sources]})

    def run(self, *words: str, **environ: str) -> Done:
        """`befell WORDS` in the folder, as a user runs it."""
        done = subprocess.run(
            [BEFELL, *words], cwd=self.folder, env={**os.environ, **environ}, capture_output=True, timeout=60
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def timeline(self, *words: str) -> dict[str, Any]:
        """The JSON of the timeline."""
        found: dict[str, Any] = json.loads(self.run("timeline", "--format", "json", *words).out)
        return found

    def kept(self) -> Iterable[tuple[str, str]]:
        """(name, text) of everything in the folder that befell wrote, unpacked."""
        for folder in ("postmortems", ".befell"):
            for path in sorted((self.folder / folder).rglob("*")):
                if path.is_file() and ".git" not in path.name and "/git/" not in str(path):
                    packed = path.read_bytes()
                    plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
                    yield str(path.relative_to(self.folder)), plain.decode()


def small(folder: Path) -> Project:
    """The project of a small incident, INC-7, with one source `events`."""
    made = Project(folder)
    made.configure({"name": "events", "events": "events.jsonl", "incidents": "incidents.json"})
    made.write("incidents.json", [INCIDENT])
    made.write("events.jsonl", EVENTS)
    return made


def books(draft: str) -> dict[str, dict[str, int]]:
    """The accounts of a draft by source, which balance."""
    table = draft.split("## Data sources\n\n")[1].split("\n\n")[0].splitlines()
    names, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table)
    found = {}
    for name, *cells in rows:
        account = dict(zip(names[1:], (int(cell.replace(",", "")) for cell in cells), strict=True))
        assert account["Read"] == account["Parsed"] + account["Rejected"], name
        assert account["Parsed"] == sum(account[one] for one in PARTS), name
        found[name] = account
    return found
