"""What is kept comes back as it was, from SQLite and from PostgreSQL, for two processes at once."""

import multiprocessing
import os
import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from support.evidence import alert, event, snapshot

from pipeline import snapshot as snapshots
from pipeline.store import Store, StoreError
from pipeline.store.opening import HEAD, engine
from pipeline.store.tables import METADATA

EVIDENCE = snapshot(*alert("09:10", "Errors high", "09:40"), event("09:20", "deploy", "shop 4.2 é"))
LATER = replace(EVIDENCE, collected_at=datetime(2026, 11, 25, tzinfo=UTC))
MORE = snapshot(*EVIDENCE.events, event("09:30", "action", "Rolled back"))


def test_evidence_comes_back_by_hash_and_by_incident(address: str) -> None:
    store = Store.open(address)
    name = store.keep_snapshot(EVIDENCE, snapshots.dump(EVIDENCE))
    assert store.dumped(name) == store.dumped(name[:8]) == store.dumped("INC-1") == snapshots.dump(EVIDENCE)
    other = store.keep_snapshot(MORE, snapshots.dump(MORE))
    assert snapshots.load(store.dumped("INC-1"), "store") == MORE
    assert [kept.hash for kept in store.snapshots()] == [name, other]


def test_the_same_evidence_is_kept_once_whenever_it_was_collected(address: str) -> None:
    store = Store.open(address)
    assert store.keep_snapshot(EVIDENCE, snapshots.dump(EVIDENCE)) == store.keep_snapshot(LATER, snapshots.dump(LATER))
    assert len(store.snapshots()) == 1
    assert store.dumped("INC-1") == snapshots.dump(EVIDENCE)  # never changed


def test_drafts_versions_overrides_and_actions_come_back(address: str) -> None:
    store, incident = Store.open(address), EVIDENCE.incident
    store.keep_draft(incident, "sha256:1", "what befell wrote – é\n")
    store.keep_draft(incident, "sha256:1", "something else")
    assert store.draft("sha256:1") == "what befell wrote – é\n" and store.draft("sha256:2") == ""
    names = ("action", "owner", "due", "type", "priority", "verification", "tracker")
    action = {"id": "A1", **dict.fromkeys(names, "x")}
    store.keep_version(incident, "sha256:1", "first\r\n", "a.md", {"severity": "SEV-1"}, [action])
    store.keep_version(incident, "sha256:1", "second", "a.md", {"services": ["shop"]}, [action, {**action, "id": "A2"}])
    assert store.versions("INC-1") == ["first\r\n", "second"]
    assert store.overrides("INC-1") == {"services": ["shop"]}
    assert [one["id"] for one in store.actions("INC-1")] == ["A1", "A2"] and store.actions("INC-1")[0] == action


def test_what_is_not_there_or_not_one_is_said(address: str) -> None:
    store = Store.open(address)
    with pytest.raises(StoreError, match=r"has no snapshot 'deadbeef'.*evidence show"):
        store.dumped("deadbeef")


def _work(address: str, worker: int) -> None:
    store = Store.open(address)
    for turn in range(10):
        found = snapshot(event("09:20", "deploy", f"shop {worker % 2}.{turn}"))
        store.keep_snapshot(found, snapshots.dump(found))
        store.keep_draft(found.incident, f"sha256:{turn}", "text")
        store.keep_version(found.incident, "sha256:1", f"words {turn}", "a.md", {"severity": "SEV-1"}, [])


def test_processes_at_once_make_one_store_and_lose_nothing(address: str) -> None:
    forks = multiprocessing.get_context("spawn")
    workers = [forks.Process(target=_work, args=(address, number)) for number in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert [one.exitcode for one in workers] == [0] * 4
    store = Store.open(address)
    assert len(store.snapshots()) == 20 and len(store.versions("INC-1")) == 10


def test_the_migrations_make_the_tables_that_the_code_knows(address: str) -> None:
    with engine(address).begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    folder = Path(engine.__code__.co_filename).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_sqlite_is_made_for_its_owner_alone_and_in_wal(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store.db"
    Store.open(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_default_is_under_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    Store.open()
    assert (tmp_path / "befell" / "store.db").is_file()


def test_damage_is_told_and_a_changed_snapshot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = Store.open(str(path))
    store.keep_snapshot(EVIDENCE, snapshots.dump(EVIDENCE))
    store.keep_snapshot(MORE, snapshots.dump(MORE))
    with sqlite3.connect(path) as connection:
        (content,) = connection.execute("SELECT content FROM snapshots ORDER BY number DESC").fetchone()
        connection.execute("UPDATE snapshots SET content = ? WHERE number = 1", (content,))
    with pytest.raises(StoreError, match=r"is damaged\. Import or collect it again"):
        store.dumped(snapshots.digest(snapshots.dump(EVIDENCE)))
    path.write_bytes(b"no database" * 200)
    with pytest.raises(StoreError, match=r"store\.db: cannot be used: file is not a database"):
        Store.open(str(path))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("mysql://db/x", "is no address of a store. Write a path, or postgresql://"),
        ("postgresql://befell:hunter22@127.0.0.1:1/x", r"postgresql://befell:\*\*\*@127.0.0.1:1/x: cannot be used"),
        ("/proc/nowhere/store.db", "cannot be used: No such file"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(given: str, says: str) -> None:
    with pytest.raises(Exception, match=says) as told:
        Store.open(given)
    assert "hunter22" not in str(told.value)


def test_a_store_of_a_newer_befell_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(str(path))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Exception, match=r"made by a newer befell \(version 9999\)"):
        Store.open(str(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        Store.open(str(tmp_path / "store.db"))
