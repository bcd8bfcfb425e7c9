"""`befell timeline` and `befell collect`: JSON, CSV, a table, and the file of evidence."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from pipeline import snapshot
from pipeline.cli.tables import COLUMNS

Befell = Callable[..., tuple[int, str, str]]
TIMELINE = ("timeline", "--incident-id", "INC-7", "--format")


def test_json_is_one_object(befell: Befell) -> None:
    done = befell(*TIMELINE, "json")
    found = json.loads(done.out)
    assert found["incident"] == {
        "id": "INC-7", "title": "Checkout fails", "severity": "SEV-2", "services": ["checkout"],
    }  # fmt: skip
    assert found["ingest"]["events"]["read"] == 5
    assert "a responder" in done.out and "dora" not in done.out


def test_csv_follows_rfc_4180_and_is_safe_to_open(befell: Befell) -> None:
    done = befell(*TIMELINE, "csv")
    assert done.out.count("\r\n") == done.out.count("\n")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert tuple(rows[0]) == COLUMNS
    found = json.loads(befell(*TIMELINE, "json").out)["rows"]
    assert [(row["at"], row["evidence"]) for row in rows] == [(row["at"], " ".join(row["evidence"])) for row in found]
    assert "'=HYPERLINK(1) by a responder" in [row["title"] for row in rows]
    assert {row["key"] for row in rows} <= {"true", "false"}


def test_the_table_is_aligned_text_where_nobody_watches(befell: Befell) -> None:
    with Path("events.jsonl").open("a") as events:
        long = {"id": "m2", "time": "2026-11-24T09:50:00Z", "kind": "message", "title": "\x1b[31mred " + "long " * 60}
        events.write(json.dumps(long) + "\n")
    lines = befell(*TIMELINE, "table").out.splitlines()
    assert lines[0].split() == ["time", "(UTC)", "phase", "kind", "service", "what"]
    assert [line[:19] for line in lines[1:3]] == ["2026-11-24 09:10:00", "2026-11-24 09:14:00"]
    start = lines[0].index("what")
    assert lines[1][start:] == "checkout 4.2" and lines[1][start - 1] == " "
    assert not any("\x1b" in line for line in lines)
    assert lines[-1].endswith("long long") and len(lines[-1]) > 300  # in full: a pipe has no width
    assert all(line == line.rstrip() for line in lines)


def test_from_a_snapshot_no_source_is_asked(befell: Befell) -> None:
    first = befell(*TIMELINE, "json").out
    assert befell("collect", "--incident-id", "INC-7", "--output", "kept.gz").out == "kept.gz\n"
    Path("events.jsonl").unlink()
    assert befell("timeline", "--from-snapshot", "kept.gz", "--format", "json") == (0, first, "")


def test_collect_keeps_the_evidence_in_the_state_folder(befell: Befell) -> None:
    done = befell("collect", "--incident-id", "INC-7")
    assert done == (0, ".befell/snapshots/INC-7.jsonl.gz\n", "")
    assert len(snapshot.read(Path(done.out.strip())).events) == 5
