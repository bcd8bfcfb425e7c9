"""Drafting 10,000 events and 50,000 log lines, as a ratio to `python -c "import pandas"` in the same run."""

import json
import random
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pairs import line, pairs, verdict

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVENTS, LINES = 10_000, 50_000
KINDS = ("alert", "message", "change", "metric", "status", "page", "action", "deploy")


def write(folder: Path) -> None:
    """One incident of two hours: events of 40 services, logs of one, errors in the middle; the same in every run."""
    chance = random.Random(7)
    with (folder / "events.jsonl").open("w") as out:
        for number in range(EVENTS):
            at = START + timedelta(seconds=chance.uniform(0, 7200))
            kind = chance.choice(KINDS)
            service = "shop" if chance.random() < 0.1 else f"service-{chance.randrange(40)}"
            event = {
                "time": at.isoformat(), "kind": kind, "id": f"e{number}", "service": service,
                "source": f"source-{number % 50}",
                "title": f"{kind} {chance.randrange(900)} on {service}: the error rate is above its objective",
                "status": chance.choice(["firing", "resolved"]) if kind in ("alert", "page") else "",
                "labels": {"alertname": f"Alert{chance.randrange(200)}", "service": service, "region": "eu-1"},
            }  # fmt: skip
            out.write(json.dumps(event) + "\n")
    with (folder / "shop.log").open("w") as out:
        for number in range(LINES):
            at = (START + timedelta(seconds=number * 7200 / LINES)).isoformat(timespec="milliseconds")
            bad = 20_000 < number < 26_000 and chance.random() < 0.4
            text = (
                f"ERROR pool exhausted after {chance.randrange(5000)} ms request={chance.getrandbits(64):016x}"
                if bad
                else f"INFO GET /cart/{chance.randrange(10**6)} 200 in {chance.randrange(90)} ms"
            )
            out.write(f"{at} {text}\n")
    incident = {
        "id": "INC-1", "title": "Checkout is failing", "services": ["shop"], "severity": "SEV-2",
        "window": {"start": START.isoformat(), "end": (START + timedelta(hours=2)).isoformat()},
    }  # fmt: skip
    (folder / "incidents.json").write_text(json.dumps([incident]))
    (folder / "befell.yaml").write_text(
        "incidents: {from: all}\nconnectors:\n"
        "  - {use: files, name: all, events: events.jsonl, incidents: incidents.json,"
        " logs: [{path: shop.log, service: shop}]}\n"
    )


def main() -> None:
    befell = str(Path(sys.executable).with_name("befell"))
    with tempfile.TemporaryDirectory() as name:
        write(Path(name))
        config = str(Path(name) / "befell.yaml")
        ours = [befell, "draft", "--incident-id", "INC-1", "--config", config, "--output", "-"]
        theirs = [sys.executable, "-c", "import pandas"]
        empty = ["env", "PYTHONDONTWRITEBYTECODE=1", f"PYTHONPYCACHEPREFIX={name}/none"]
        medians = [
            report("modules compiled before", ours, theirs),
            report("a first start", empty + ours, empty + theirs),
        ]
    sys.exit(0 if max(medians) <= 4.0 else 1)


def report(state: str, ours: list[str], theirs: list[str]) -> float:
    mine, yours, ratios = pairs(ours, theirs)
    print(f"{state}:")
    print(line(f"befell draft, {EVENTS:,} events, {LINES:,} log lines", mine))
    print(line('python -c "import pandas"', yours))
    print("wall:", verdict(ratios, 4.0), f"· peak memory: ratio {mine.peak_mb / yours.peak_mb:.2f}")
    return statistics.median(ratios)


if __name__ == "__main__":
    main()
