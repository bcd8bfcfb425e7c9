"""Kill `befell serve` at random points, and count what became of the deliveries that it had accepted.

    python bench/kills.py [RUNS] [SEED]

Each run starts the service, posts closed incidents to it, and kills it (SIGKILL) after a random time: while it takes
deliveries, waits, drafts or starts. Afterwards it is started once more and left alone until nothing is due. Every
incident that was accepted (2xx) has to have exactly one draft, which is whole. Exit code 1 where that is not so.
"""

import contextlib
import json
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from pipeline.draft import document

BEFELL = Path(sys.executable).with_name("befell")
CONFIG = {
    "connectors": [{"use": "files", "name": "events", "events": "events.jsonl"}],
    "store": "store.db",
    "serve": {"hooks": [{"connector": "events", "token": "the-token"}], "quiet_period": "1s"},
}
EACH = 2  # incidents posted in a run
LIVES_S = 8.0  # the longest that a process lives


def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, at: int) -> subprocess.Popen[bytes]:
    with (folder / "serve.log").open("ab") as log:
        return subprocess.Popen([BEFELL, "serve", "--port", str(at)], cwd=folder, stdout=log, stderr=log)


def post(at: int, name: str) -> bool:
    began = datetime.now(UTC) - timedelta(hours=2)
    incident = {
        "id": name, "title": f"Incident {name}", "severity": "SEV-2", "services": [name],
        "opened_at": began.isoformat(), "resolved_at": (began + timedelta(minutes=5)).isoformat(),
    }  # fmt: skip
    headers = {"Authorization": "Bearer the-token"}
    with contextlib.suppress(requests.RequestException):
        url = f"http://127.0.0.1:{at}/hooks/events"
        return requests.post(url, json={"incident": incident}, headers=headers, timeout=5).ok
    return False


def run(folder: Path, at: int, number: int, chance: random.Random) -> list[str]:
    """One life of the service; the incidents that it accepted."""
    ends = time.monotonic() + chance.uniform(0.3, LIVES_S)
    process = start(folder, at)
    names = [f"INC-{number}-{one}" for one in range(EACH)]
    accepted: list[str] = []
    while time.monotonic() < ends:
        for name in names:
            if name not in accepted and post(at, name):
                accepted.append(name)
        time.sleep(0.05)
    process.kill()
    process.wait()
    return accepted


def settle(folder: Path, at: int, names: list[str]) -> None:
    """Start it once more, until all is drafted or nothing has changed for a minute."""
    process, before, since = start(folder, at), -1, time.monotonic()
    while (done := len(drafted(folder))) < len(names) and time.monotonic() - since < 60:
        if done != before:
            before, since = done, time.monotonic()
        time.sleep(0.5)
    process.terminate()
    process.wait()


def drafted(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "store.db") as store:
        return [row[0] for row in store.execute("SELECT id FROM watches WHERE state = 'drafted'")]


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder, at = Path(name), port()
        (folder / "events.jsonl").touch()
        (folder / "befell.yaml").write_text(json.dumps(CONFIG))
        accepted = [one for number in range(runs) for one in run(folder, at, number, chance)]
        at_kill = len(drafted(folder))
        settle(folder, at, accepted)
        files = {path.stem: path.read_text() for path in (folder / "postmortems").glob("*.md")}
        other = sorted({path.name for path in (folder / "postmortems").iterdir()} - {f"{one}.md" for one in accepted})
        whole = [one for one in accepted if one in files and document.is_untouched(files[one])]
        with sqlite3.connect(folder / "store.db") as store:
            again = store.execute("SELECT count(*) FROM (SELECT 1 FROM drafts GROUP BY incident HAVING count(*) > 1)")
            twice = again.fetchone()[0]
    print(f"{runs} runs, each killed; {len(accepted)} incidents accepted, {at_kill} drafted before the last start")
    print(f"with exactly one whole draft: {len(whole)}; without: {len(accepted) - len(whole)}; other files: {other}")
    print(f"drafted again after a kill, into the same file: {twice}")
    return 0 if len(whole) == len(accepted) and not other else 1


if __name__ == "__main__":
    sys.exit(main())
