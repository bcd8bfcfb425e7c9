"""Parts of files read by a real Dask cluster: the answer is that of one machine, also when a worker dies midway."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.log_parts import alike, found, written
from support.servers import free_port, wait_for

from pipeline.logs import parts
from pipeline.logs.cluster import Cluster
from pipeline.logs.parts import Part, Task, one_after_the_other

DASK = [sys.executable, "-m", "dask"]


@contextlib.contextmanager
def started(folder: Path, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{argv[0]}.log").open("ab") as log:
        running = subprocess.Popen([*DASK, *argv], stdout=log, stderr=log, cwd=folder)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


@contextlib.contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    with started(folder, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show"):
        log = folder / "scheduler.log"
        wait_for(lambda: "Scheduler at" in log.read_text(), 60)
        yield address


@contextlib.contextmanager
def worker(folder: Path, address: str, name: str) -> Iterator[subprocess.Popen[bytes]]:
    asked = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name)
    before = (folder / "scheduler.log").read_text().count("Register worker")
    with started(folder, *asked) as running:
        wait_for(lambda: (folder / "scheduler.log").read_text().count("Register worker") > before, 60)
        yield running


@pytest.mark.parametrize("killed", [False, True])
def test_a_cluster_says_what_one_machine_says(killed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 20_000)
    path = written(tmp_path, "text")
    with scheduler(tmp_path) as address, worker(tmp_path, address, "a") as first, worker(tmp_path, address, "b"):
        cluster = Cluster(address)

        def read(tasks: Sequence[Task]) -> Iterator[Part]:
            for number, part in enumerate(cluster(tasks)):
                if killed and number == 1:
                    first.kill()
                    first.wait()
                yield part

        assert alike(found(path, read), found(path, one_after_the_other))
        assert cluster.trouble == ""


def test_without_workers_it_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 20_000)
    path = written(tmp_path, "text")
    with scheduler(tmp_path) as address:
        cluster = Cluster(address)
        assert alike(found(path, cluster), found(path, one_after_the_other))
        assert "no workers" in cluster.trouble
