"""A large file in parts, whoever reads them: the answer is that of reading it whole."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.log_parts import alike, found, written

from pipeline.logs import parts, workers
from pipeline.logs.parts import Part, Task, one_after_the_other


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 20_000)


@pytest.mark.parametrize("form", ["text", "cri"])
def test_parts_say_what_the_whole_file_says(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, form)
    whole = found(path, one_after_the_other)
    monkeypatch.setattr(parts, "PART", 20_000)
    asked: list[int] = []

    def counted(tasks: Sequence[Task]) -> Iterator[Part]:
        asked.append(len(tasks))
        return one_after_the_other(tasks)

    assert alike(found(path, counted), whole)
    assert asked[0] > 10


@pytest.mark.usefixtures("small_parts")
def test_processes_say_what_one_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "text")
    monkeypatch.setattr(workers, "_cores", lambda: 2)

    assert found(path, workers.in_processes) == found(path, one_after_the_other)


@pytest.mark.usefixtures("small_parts")
def test_what_a_killed_worker_took_is_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "text")
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    started, begun = workers._started, []

    def killed() -> object:
        worker = started()
        assert worker
        begun.append(worker)
        os.kill(worker.pid, signal.SIGKILL)
        return worker

    monkeypatch.setattr(workers, "_started", killed)

    assert found(path, workers.in_processes) == found(path, one_after_the_other)
    assert [worker.returncode for worker in begun] == [-signal.SIGKILL]


@pytest.mark.usefixtures("small_parts")
def test_disorder_between_parts_is_seen(tmp_path: Path) -> None:
    path = written(tmp_path, "text")
    lines = Path(path).read_text().splitlines(keepends=True)
    Path(path).write_text("".join(lines[5_000:] + lines[:5_000]))
    told = found(path, one_after_the_other, disorder_s=3.0)

    assert told.account.bytes_skipped == 0
    assert told.account.read == 9_000


@pytest.mark.usefixtures("small_parts")
def test_a_file_that_goes_while_it_is_read_counts_up_to_there(tmp_path: Path) -> None:
    path = written(tmp_path, "text")

    def shrinking(tasks: Sequence[Task]) -> Iterator[Part]:
        os.truncate(path, tasks[3].span.start + 100)
        return one_after_the_other(tasks)

    told = found(path, shrinking)
    assert "cut-short" in {notice.kind for notice in told.notices}
    assert 0 < told.account.read == told.account.parsed < 9_000
