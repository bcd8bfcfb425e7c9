"""The parts of one large log file read by a Dask cluster on this machine, as a ratio to processes of its own.

Wall seconds of the reduction, in this process, in turn: two processes without Dask, a cluster of two workers, the same
of one. Goals: the cluster at most 1.1 times the processes; two workers at least 1.7 times as quick as one, when both
cores are free. `--lines` sets the size (by default 5,000,000 lines, some 600 MB).
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import loglines

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import reduce
from pipeline.logs.cluster import Cluster
from pipeline.logs.parts import Mapped
from pipeline.logs.workers import in_processes

SPAN = timedelta(hours=2)


@contextlib.contextmanager
def cluster(folder: Path, workers: int, port: int) -> Iterator[Cluster]:
    """A scheduler and its workers, of one thread each."""
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    asked = [["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show"]]
    asked += [["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]] * workers
    with (folder / "dask.log").open("wb") as log:
        running = [subprocess.Popen([*dask, *argv], stdout=log, stderr=log) for argv in asked]
    try:
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers)
        yield Cluster(address)
    finally:
        for one in running:
            one.kill()
            one.wait()


def seconds(path: Path, mapped: Mapped) -> float:
    window = Window(loglines.START, loglines.START + SPAN)
    start = time.perf_counter()
    told = reduce([LogSource(paths=(str(path),), name="app", service="app")], window, mapped=mapped)
    assert told.account.read == told.account.parsed > 0
    return time.perf_counter() - start


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=5_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        path = Path(name) / "app.log"
        with path.open("wb") as out:
            out.writelines(data for data, _ in loglines.blocks(given.lines, SPAN))
        ways = {
            "two processes": in_processes,
            "Dask, two workers": stack.enter_context(cluster(Path(name), 2, 28786)),
            "Dask, one worker": stack.enter_context(cluster(Path(name), 1, 28787)),
        }
        rounds = [{way: seconds(path, mapped) for way, mapped in ways.items()} for _ in range(given.rounds)]
        assert not any(way.trouble for way in ways.values() if isinstance(way, Cluster))
        print(f"{given.lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB")
    for way in ways:
        print(f"{way:20}{statistics.median(one[way] for one in rounds):8.2f} s")
    ratio = statistics.median(one["Dask, two workers"] / one["two processes"] for one in rounds)
    gain = statistics.median(one["Dask, one worker"] / one["Dask, two workers"] for one in rounds)
    print(f"Dask against processes: {ratio:.2f} (goal at most 1.1); two workers against one: {gain:.2f} (goal 1.7)")


if __name__ == "__main__":
    main()
