"""The service beside its yardsticks, in the same run: deliveries a second to a bare FastAPI echo, drafts a minute to
direct runs of `befell draft`, and the memory of 10,000 deliveries."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

BEFELL = str(Path(sys.executable).with_name("befell"))
POSTS, DRAFTS, MANY = 500, 10, 10_000
HEADERS = {"Authorization": "Bearer the-token"}
ECHO = """
import sys, uvicorn
from fastapi import FastAPI, Request
app = FastAPI()
@app.post("/hooks/events")
async def echo(request: Request): return {"bytes": len(await request.body())}
@app.get("/healthz")
def healthz(): return {}
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False)
"""


@contextmanager
def running(folder: Path, words: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log, subprocess.Popen(words, cwd=folder, stdout=log, stderr=log) as process:
        try:
            while not answers(port):
                time.sleep(0.1)
            yield process
        finally:
            process.terminate()


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok
    except requests.RequestException:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alert(number: int) -> list[dict[str, str]]:
    """A delivery of one alert that fires; every hundredth is of another service."""
    at = datetime.now(UTC).isoformat()
    name, service = f"alert-{number}", f"service-{number // 100}"
    return [{"id": name, "time": at, "kind": "alert", "title": name, "service": service, "status": "firing"}]


def posted(port: int, first: int, number: int) -> float:
    """Seconds that so many deliveries took, one after the other on one connection."""
    began = time.perf_counter()
    with requests.Session() as session:
        for one in range(first, first + number):
            url = f"http://127.0.0.1:{port}/hooks/events"
            session.post(url, json=alert(one), headers=HEADERS, timeout=30).raise_for_status()
    return time.perf_counter() - began


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def closed(number: int) -> dict[str, object]:
    began = datetime.now(UTC) - timedelta(hours=3)
    return {
        "id": f"INC-{number}", "title": "Carts fail", "severity": "SEV-2", "services": [f"cart-{number}"],
        "opened_at": began.isoformat(), "resolved_at": (began + timedelta(minutes=20)).isoformat(),
    }  # fmt: skip


def configure(folder: Path, incidents: list[dict[str, object]]) -> None:
    (folder / "events.jsonl").touch()
    (folder / "incidents.json").write_text(json.dumps(incidents))
    (folder / "befell.yaml").write_text(json.dumps({
        "connectors": [{"use": "files", "name": "events", "events": "events.jsonl", "incidents": "incidents.json"}],
        "store": "store.db", "serve": {"hooks": [{"connector": "events", "token": "the-token"}], "quiet_period": "1s"},
    }))  # fmt: skip


def deliveries(folder: Path) -> None:
    configure(folder, [])
    ours, theirs = free_port(), free_port()
    (folder / "echo.py").write_text(ECHO)
    with (
        running(folder, [BEFELL, "serve", "--role", "web", "--port", str(ours)], ours) as service,
        running(folder, [sys.executable, "echo.py", str(theirs)], theirs),
    ):
        pairs = [(posted(ours, one * POSTS, POSTS), posted(theirs, 0, POSTS)) for one in range(3)]
        mine, bare = (min(one[side] for one in pairs) for side in (0, 1))
        before = memory_mb(service)
        posted(ours, 3 * POSTS, MANY)
        after = memory_mb(service)
    print(f"accepted {POSTS / mine:,.0f} deliveries a second, a bare echo {POSTS / bare:,.0f}: ratio {mine / bare:.1f}")
    print(f"memory {before:.0f} MB, after {MANY:,} deliveries more {after:.0f} MB")


def drafts(folder: Path) -> None:
    incidents = [closed(number) for number in range(DRAFTS)]
    configure(folder, incidents)
    began = time.perf_counter()
    for one in incidents:
        words = [BEFELL, "draft", "--incident-id", str(one["id"]), "--output", f"direct/{one['id']}.md"]
        subprocess.run(words, cwd=folder, check=False, capture_output=True)
    direct = time.perf_counter() - began
    (folder / "store.db").unlink()
    port = free_port()
    with running(folder, [BEFELL, "serve", "--port", str(port)], port):
        began = time.perf_counter()
        for one in incidents:
            url = f"http://127.0.0.1:{port}/hooks/events"
            requests.post(url, json={"incident": one}, headers=HEADERS, timeout=30).raise_for_status()
        while len(list((folder / "postmortems").glob("*.md"))) < DRAFTS:
            time.sleep(0.05)
        served = time.perf_counter() - began
    ours, theirs = (60 * DRAFTS / took for took in (served, direct))
    print(f"{ours:.0f} drafts a minute, direct runs {theirs:.0f}: {ours / theirs:.1f} times")


def main() -> None:
    for measure in (deliveries, drafts):
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name))


if __name__ == "__main__":
    main()
