"""A large file in parts, whoever reads them: the answer is that of reading it whole."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import Reduced, parts, reduce, workers
from pipeline.logs.parts import Part, Task, one_after_the_other

Run = Callable[..., Reduced]
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = Window(START, START + timedelta(hours=1))


def written(folder: Path, form: str) -> str:
    """9,000 lines, some with a stack trace or without a time."""
    said = []
    for number in range(9_000):
        at = (START + timedelta(seconds=number / 2)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = f"{'ERROR' if number % 7 == 0 else 'INFO'} request {number} took {number % 90} ms"
        said.append(f"{at} stdout F {text}" if form == "cri" else f"{at} {text}")
        if number % 50 == 0:
            trace = ["java.io.IOException: no", "\tat a.B.c(B.java:7)", "\tat a.B.d(B.java:9)"]
            said += [f"{at} stdout F {line}" for line in trace] if form == "cri" else trace
    path = folder / "app.log"
    path.write_text("".join(f"{line}\n" for line in said))
    return str(path)


def found(path: str, mapped: Callable[[Sequence[Task]], Iterator[Part]], **fields: object) -> Reduced:
    source = LogSource(paths=(path,), name="web", service="web", **fields)  # type: ignore[arg-type]
    return reduce([source], HOUR, show=99, mapped=mapped)


def alike(one: Reduced, other: Reduced) -> bool:
    return one == replace(other, summaries=one.summaries) and set(map(repr, one.summaries)) == set(
        map(repr, other.summaries)
    )


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
