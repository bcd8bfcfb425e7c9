"""A snapshot holds everything, and the same snapshot is the same bytes."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from evidence import alert, at, errors, event, metric, snapshot

from pipeline import snapshot as snapshots
from pipeline.errors import BefellError
from pipeline.event import Notice
from pipeline.incident import Incident, Window

FULL = snapshot(
    *alert("09:31", "HighErrors", "09:41", active_since=at("09:30:40"), fingerprint="6279b10e728ab556"),
    event("09:25:01.25", "deploy", "Deploy v2 – größer", labels={"sha": "abc"}, precision_s=1.0, url="https://x.example/1"),
    logs=(errors(["09:30:01", "09:31:02"]),),
    series=(metric([0.0, 0.5], objective=0.01),),
    notices=(Notice(kind="empty", detail="no records", source="a", gap=True),),
    redactions={"email": 2},
    collected_at=at("12:00"),
    incident=Incident(
        id="INC-1", title="t", services=("shop",), roles={"lead": "incident commander"}, opened_at=at("09:31"),
        window=Window(at("09:00"), at("11:00")),
    ),
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path):
    snapshots.write(FULL, tmp_path / "deep" / "s.jsonl.gz")
    assert snapshots.read(tmp_path / "deep" / "s.jsonl.gz") == FULL


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x1e", "\r\n"])
def test_a_line_end_of_any_kind_within_a_text_is_kept(tmp_path, mark):
    told = replace(FULL, incident=replace(FULL.incident, title=f"one{mark}two"))
    snapshots.write(told, tmp_path / "s.jsonl.gz")
    assert snapshots.read(tmp_path / "s.jsonl.gz") == told


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    snapshots.write(FULL, tmp_path / "s.jsonl.gz")

    def broken(path, content):
        path.touch()
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", broken)
    with pytest.raises(OSError, match="disk full"):
        snapshots.write(FULL, tmp_path / "s.jsonl.gz")
    assert [path.name for path in tmp_path.iterdir()] == ["s.jsonl.gz"]
    assert snapshots.read(tmp_path / "s.jsonl.gz") == FULL


def test_the_same_snapshot_is_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        snapshots.write(FULL, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda whole: whole[:-20], "cut short"),
        (lambda _: b"plain words", "is no snapshot"),
        (lambda _: b"", "is no snapshot"),
        (lambda _: gzip.compress(b'{"befell_snapshot": 99}\n'), "has version 99"),
        (lambda whole: gzip.compress(gzip.decompress(whole) + b'{"event": {"at": "never"}}\n'), "is damaged"),
        (lambda whole: gzip.compress(gzip.decompress(whole).replace(b'"id": "', b'"id": "x')), "its hash does not fit"),
    ],
)
def test_a_harmed_snapshot_is_refused_with_its_name(tmp_path, harm, says):
    path = tmp_path / "s.jsonl.gz"
    snapshots.write(FULL, path)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(BefellError, match=says) as told:
        snapshots.read(path)
    assert str(path) in str(told.value)


def test_a_missing_snapshot_is_an_error_that_names_it(tmp_path):
    with pytest.raises(BefellError, match=r"nowhere\.gz: cannot be read: No such file"):
        snapshots.read(tmp_path / "nowhere.gz")
