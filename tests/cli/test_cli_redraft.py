"""`befell draft` on a draft that was edited, `befell diff`, and `befell evidence`."""

import gzip
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import Store

Befell = Callable[..., tuple[int, str, str]]
DRAFT = Path("postmortems/INC-7.md")
MORE = {"id": "d3", "time": "2026-11-24T09:25:00Z", "kind": "deploy", "title": "payments 7.1", "service": "checkout"}
DRAFTED = ("draft", "--incident-id", "INC-7")


def edit(*edits: tuple[str, str]) -> str:
    text = DRAFT.read_bytes().decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    DRAFT.write_bytes(text.encode())
    return text


def more_evidence(**change: str) -> None:
    with Path("events.jsonl").open("a") as out:
        out.write(json.dumps({**MORE, **change}) + "\n")


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_an_edited_draft_is_merged_with_new_evidence(befell: Befell) -> None:
    befell(*DRAFTED)
    edit(("_Answer:_", "_Answer:_ 400 carts"), ("## Impact", "## What users felt"))
    more_evidence()
    assert befell(*DRAFTED) == (0, f"{DRAFT}\n", "")
    text = DRAFT.read_text()
    assert "_Answer:_ 400 carts" in text and "## What users felt" in text and "payments 7.1" in text
    before = DRAFT.stat().st_mtime_ns
    assert befell(*DRAFTED).code == 0
    assert DRAFT.read_text() == text and DRAFT.stat().st_mtime_ns == before  # nothing new, nothing written


def test_a_conflict_is_counted_and_both_sides_stand_beside(befell: Befell) -> None:
    befell(*DRAFTED)
    row = next(line for line in DRAFT.read_text().splitlines() if line.startswith("| Window examined |"))
    edit((row, row.replace("2026-11-24", "that morning,", 1)))
    incident = json.loads(Path("incidents.json").read_text())
    incident[0]["window"]["start"] = "2026-11-23T08:30:00Z"
    Path("incidents.json").write_text(json.dumps(incident))
    done = befell(*DRAFTED)
    assert done.code == 4
    assert done.err == f"befell: {DRAFT}: 1 conflict to settle, both sides are in postmortems/INC-7.conflicts.md.\n"
    assert "that morning," in DRAFT.read_text()
    side = Path("postmortems/INC-7.conflicts.md").read_text()
    assert "## Summary" in side and "that morning," in side and "2026-11-23 08:30" in side
    assert befell(*DRAFTED).code == 0  # told once; the side file stays until somebody deletes it
    assert Path("postmortems/INC-7.conflicts.md").read_text() == side


def test_sources_are_read_in_the_window_that_the_reviewer_set(befell: Befell) -> None:
    more_evidence(time="2026-11-24T08:40:00Z", title="payments 7.1 before the window")
    befell(*DRAFTED)
    assert "7.1 before the window" not in DRAFT.read_text()
    edit(("overrides: {}", "overrides:\n  window: {start: '2026-11-24T08:30:00Z'}"))
    assert befell(*DRAFTED).code == 0
    text = DRAFT.read_text()
    assert "7.1 before the window" in text and "window: {start: '2026-11-24T08:30:00Z'}" in text
    told = json.loads(befell("timeline", "--incident-id", "INC-7", "--format", "json").out)
    assert told["window"]["start"].startswith("2026-11-24T08:30:00")


def test_diff_shows_what_would_change_and_changes_nothing(befell: Befell) -> None:
    befell(*DRAFTED)
    text = edit(("_Answer:_", "_Answer:_ 400 carts"))
    done = befell("diff", "--incident-id", "INC-7")
    assert done.code == 0 and done.out == "" and done.err == f"befell: {DRAFT}: nothing would change.\n"
    more_evidence()
    done = befell("diff", "--incident-id", "INC-7")
    assert done.code == 0
    added = [line for line in done.out.splitlines() if line.startswith("+")]
    assert any("payments 7.1" in line for line in added) and not any("400 carts" in line for line in added)
    assert DRAFT.read_text() == text


def test_without_the_store_the_edited_file_is_left_and_the_new_one_stands_beside(befell: Befell, folder: Path) -> None:
    befell(*DRAFTED)
    text = edit(("_Answer:_", "_Answer:_ 400 carts"))
    (folder / "data/befell/store.db").unlink()
    more_evidence()
    done = befell(*DRAFTED)
    assert done.code == 4 and done.out == "postmortems/INC-7.new.md\n"
    assert "the store does not have what befell wrote there: it is left as it is" in done.err
    assert DRAFT.read_text() == text and "payments 7.1" in Path("postmortems/INC-7.new.md").read_text()


def test_a_draft_needs_no_store(befell: Befell, folder: Path) -> None:
    (folder / "data").write_text("a file where the folder should be")
    done = befell(*DRAFTED)
    assert done.code == 0 and DRAFT.is_file()
    assert "cannot be used" in done.err and "Nothing is kept there" in done.err and len(done.err.splitlines()) == 1


def test_line_ends_of_windows_stay(befell: Befell) -> None:
    befell(*DRAFTED)
    DRAFT.write_bytes(edit(("_Answer:_", "_Answer:_ 400 carts")).replace("\n", "\r\n").encode())
    more_evidence()
    assert befell(*DRAFTED).code == 0
    found = DRAFT.read_bytes()
    assert found.count(b"\n") == found.count(b"\r\n") and b"payments 7.1" in found


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"my own file\n", "befell did not write this file"),
        (b"---\nbefell: 1\nincident: INC-8\n---\n\nwords\n", "is the edited draft of incident 'INC-8'"),
        ("Grüße".encode("latin-1"), f"{DRAFT}:1: is not UTF-8"),
        (b"---\nbefell: [\n---\n", f"{DRAFT}:"),
    ],
)
def test_what_cannot_be_merged_is_refused_before_any_source_is_asked(befell: Befell, content: bytes, says: str) -> None:
    DRAFT.parent.mkdir()
    DRAFT.write_bytes(content)
    done = befell(*DRAFTED)
    assert done.code == 1 and says in done.err and len(done.err.splitlines()) == 1
    assert DRAFT.read_bytes() == content and not Path(".befell").exists()


def test_what_a_reviewer_wrote_is_kept_before_it_is_merged(befell: Befell) -> None:
    befell(*DRAFTED)
    text = edit(
        ("_Answer:_", "_Answer:_ 400 carts"), ("overrides: {}", "overrides: {severity: SEV-1}"),
        ("A1 | _set_ | _assign_", "A1 | Raise the pool | dora"),
    )  # fmt: skip
    assert befell(*DRAFTED).code == 0
    store = Store.open()
    assert store.versions("INC-7") == [text]
    assert store.overrides("INC-7") == {"severity": "SEV-1"}
    first = store.actions("INC-7")[0]
    assert (first["id"], first["action"], first["owner"], first["due"]) == ("A1", "Raise the pool", "dora", "")


def test_a_snapshot_by_its_hash_gives_the_same_bytes_without_any_source(befell: Befell) -> None:
    befell(*DRAFTED)
    name = befell("evidence", "show").out.split()[0]
    Path("befell.yaml").unlink()
    Path("events.jsonl").unlink()
    assert befell("draft", "--from-snapshot", name, "--output", "again.md").code == 0
    assert Path("again.md").read_bytes() == DRAFT.read_bytes()
    done = befell("draft", "--from-snapshot", "0123456789ab")
    assert done.code == 1 and "has no snapshot '0123456789ab'" in done.err


def test_evidence_moves_to_another_machine(befell: Befell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    befell(*DRAFTED)
    moved = befell("evidence", "export", "INC-7").out.strip()
    shown = befell("evidence", "show", "INC-7").out
    assert "INC-7  Checkout fails" in shown and "2 alert" in shown and moved.startswith("INC-7-")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other machine"))
    assert befell("evidence", "show").out == ""
    name = befell("evidence", "import", moved).out.strip()
    assert befell("evidence", "show").out.startswith(name[:12])
    assert befell("evidence", "show", name).out == shown == befell("evidence", "show", moved).out
    assert befell("draft", "--from-snapshot", name, "--output", "again.md").code == 0
    assert Path("again.md").read_bytes() == DRAFT.read_bytes()


def test_a_file_that_was_changed_on_its_way_is_refused(befell: Befell) -> None:
    befell("collect", "--incident-id", "INC-7", "--output", "kept.gz")
    Path("kept.gz").write_bytes(gzip.compress(gzip.decompress(Path("kept.gz").read_bytes()).replace(b"4.2", b"4.3")))
    done = befell("evidence", "import", "kept.gz")
    assert done.code == 1 and "kept.gz: was changed since it was collected: its hash does not fit" in done.err


def test_the_store_is_where_the_configuration_says(befell: Befell, folder: Path) -> None:
    with Path("befell.yaml").open("a") as out:
        out.write("store: kept/befell.db\n")
    befell(*DRAFTED)
    assert (folder / "kept/befell.db").is_file() and not (folder / "data").exists()
    assert sqlite3.connect("kept/befell.db").execute("SELECT count(*) FROM drafts").fetchone() == (1,)


def test_no_password_of_the_store_is_told(befell: Befell) -> None:
    os.environ.pop("PGPASSWORD", None)
    with Path("befell.yaml").open("a") as out:
        out.write("store: postgresql://befell:hunter22@127.0.0.1:1/befell\n")
    done = befell(*DRAFTED)
    assert done.code == 0 and "cannot be used" in done.err and "hunter22" not in done.err


def test_line_ends_alone_are_no_edit_and_stay(befell: Befell) -> None:
    befell(*DRAFTED)
    DRAFT.write_bytes(DRAFT.read_bytes().replace(b"\n", b"\r\n"))
    more_evidence()
    assert befell(*DRAFTED).code == 0
    text = DRAFT.read_bytes()
    assert b"payments 7.1" in text and text.count(b"\n") == text.count(b"\r\n")


def test_blanks_after_the_marks_of_the_front_matter_do_no_harm(befell: Befell) -> None:
    befell(*DRAFTED)
    edit(("---\n", "---  \n"), ("_Answer:_", "_Answer:_ 400 carts"))
    more_evidence()
    assert befell(*DRAFTED).code == 0
    assert "payments 7.1" in DRAFT.read_text() and "400 carts" in DRAFT.read_text()
