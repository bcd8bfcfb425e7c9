"""Which files are read, in which order, and each of them once; plain, gzip and zstd."""

import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import Reduced, reduce
from pipeline.logs.notes import Notes
from pipeline.logs.paths import files

Run = Callable[..., Reduced]
ZST = zstandard.ZstdCompressor()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def line(minute: int, text: str = "ERROR a") -> str:
    return f"2026-11-24T09:{minute:02}:00Z {text}\n"


def found(*paths: str) -> list[str]:
    return [one.path for one in files(LogSource(paths=paths, name="web"), {}, Notes("web"))]


def test_a_rotated_set_is_read_oldest_first() -> None:
    for name in (
        "app.log",
        "app.log.1",
        "app.log.2.gz",
        "app.log.10.zst",
        "web.log",
        "app-20261123.log",
        "app-20261122.log",
    ):
        Path(name).write_text(name)

    assert found("app.log*") == ["app.log.10.zst", "app.log.2.gz", "app.log.1", "app.log"]
    assert found("app-*") == ["app-20261122.log", "app-20261123.log"]
    assert found("*.log", "app.log.1") == ["app-20261122.log", "app-20261123.log", "app.log.1", "app.log", "web.log"]


def test_all_kinds_of_files_of_a_set_are_read(reduced: Run) -> None:
    Path("app.log").write_text(line(4))
    Path("app.log.1").write_text(line(3))
    Path("app.log.2.gz").write_bytes(gzip.compress(line(1).encode()) + gzip.compress(line(2).encode()))
    Path("app.log.3.zst").write_bytes(
        ZST.compress(b"") + ZST.compress(line(0).encode()) + ZST.compress(line(0).encode())
    )

    (summary,) = reduced(paths=("app.log*",)).summaries
    assert summary.count == 6
    assert [one.path for one in (summary.exemplars[0], summary.exemplars[-1])] == ["app.log.3.zst", "app.log"]


def test_packing_is_found_by_content_not_by_name(reduced: Run) -> None:
    assert reduced(gzip.compress(line(1).encode())).account.summarised == 1
    assert reduced(ZST.compress(line(1).encode())).account.summarised == 1


def test_offsets_count_in_the_unpacked_stream(reduced: Run) -> None:
    parts = [line(number, f"INFO {'x' * 999}").encode() for number in range(9)]
    text = line(10, "ERROR here").encode()
    found = reduced(b"".join(gzip.compress(part) for part in [*parts, text]))

    (exemplar,) = found.summaries[0].exemplars
    assert (exemplar.offset, exemplar.line) == (sum(map(len, parts)), 10)


def test_one_file_is_read_once_however_often_it_is_matched(reduced: Run) -> None:
    Path("app.log").write_text(line(1))
    os.link("app.log", "hard.log")
    Path("soft.log").symlink_to("app.log")

    assert reduced(paths=("*.log", "app.log", "./app.log", "soft.log")).account.read == 1


def test_a_packed_copy_beside_its_file_is_left_out_and_told(reduced: Run) -> None:
    Path("app.log.1").write_text(line(1))
    Path("app.log.1.gz").write_bytes(gzip.compress(line(1).encode()))
    Path("app.log.2").write_text(line(1))
    Path("app.log.2.gz").write_bytes(gzip.compress(line(9).encode()))
    found = reduced(paths=("app.log*",))

    assert found.account.read == 3
    assert [one.detail.split(":")[0] for one in found.notices if one.kind == "same-file"] == ["app.log.1.gz"]


def test_loops_of_links_end(reduced: Run) -> None:
    for name in ("a", "b"):
        Path("logs", name).mkdir(parents=True)
        Path("logs", name, "up").symlink_to("..")
    Path("logs/a/app.log").write_text(line(1))
    Path("logs/self.log").symlink_to("self.log")
    found = reduced(paths=("logs/**/*.log",))

    assert found.account.read == 1
    assert [notice.kind for notice in found.notices if notice.gap] == ["unreadable"]


def test_what_cannot_be_found_or_read_is_a_gap(reduced: Run) -> None:
    Path("folder.log").mkdir()
    os.mkfifo("pipe.log")
    found = reduced(paths=("none-*.log", "gone.log", "folder.log", "pipe.log"))

    assert found.account.read == 0
    assert [(notice.kind, notice.detail.split(":")[0], notice.gap) for notice in found.notices] == [
        ("no-files", "gone.log", True), ("no-files", "none-*.log", True),
        ("unreadable", "folder.log", True), ("unreadable", "pipe.log", True),
    ]  # fmt: skip


def test_a_source_without_paths_is_a_gap(reduced: Run) -> None:
    assert [(notice.kind, notice.gap) for notice in reduced(paths=()).notices] == [("no-files", True)]


def test_permission_denied_is_a_gap(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    Path("app.log").write_text(line(1))
    monkeypatch.setattr("builtins.open", denied)
    found = reduced()
    monkeypatch.undo()
    assert [notice.detail for notice in found.notices if notice.gap] == ["app.log: cannot be read (Permission denied)"]


@pytest.mark.parametrize("pattern", ["logs/**/*.log", "logs/*/app.log", "logs/[a-z]*/*.log"])
def test_a_folder_that_a_glob_may_not_look_into_is_a_gap(
    reduced: Run, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    for name in ("open", "closed"):
        Path("logs", name).mkdir(parents=True)
        Path("logs", name, "app.log").write_text(line(1))
    Path("logs/closed/app.log").unlink()  # as a glob sees it, whoever runs the test
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path).name != "closed")
    found = reduced(paths=(pattern,))

    assert found.account.summarised == 1
    assert [notice.detail for notice in found.notices if notice.gap] == [
        "logs/closed: is a folder that cannot be read (Permission denied)"
    ]


def test_a_file_that_shrinks_while_it_is_read_is_a_gap(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.logs.lines.BLOCK", 4096)
    Path("app.log").write_text("".join(line(number % 60) for number in range(1000)))
    real = os.fstat

    def longer(descriptor: int) -> object:
        status = list(real(descriptor))
        status[6] *= 2
        return os.stat_result(status)

    monkeypatch.setattr("pipeline.logs.lines.os.fstat", longer)
    found = reduced()
    monkeypatch.undo()
    assert found.account.read == 1000
    assert [(notice.kind, notice.gap) for notice in found.notices if notice.gap] == [("cut-short", True)]


def test_the_last_time_is_carried_over_within_a_rotated_set(reduced: Run) -> None:
    Path("app.log.1").write_text(line(1))
    Path("app.log").write_text("WARN the rest of it\n" + line(2))

    assert reduced(paths=("app.log*",)).account.rejected == 0


def test_a_file_of_two_sources_is_read_for_the_first(reduced: Run) -> None:
    Path("app.log").write_text(line(1))
    sources = [LogSource(paths=("app.log",), name=name) for name in ("one", "two")]
    found = reduce(sources, Window(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)))
    assert found.account.read == 1
    assert [(notice.kind, notice.source) for notice in found.notices if notice.kind == "same-file"] == [
        ("same-file", "two")
    ]
