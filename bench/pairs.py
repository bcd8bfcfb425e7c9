"""Time two commands in turn, as whole processes; only ratios of one run are worth quoting."""

import os
import statistics
import subprocess
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Medians over the counted runs: wall seconds, CPU seconds, peak resident MB of the largest process."""

    wall: float
    cpu: float
    peak_mb: float


def once(command: Sequence[str], codes: Collection[int] = (0, 3)) -> tuple[float, float, float]:
    """Wall, CPU and peak MB of one run; RuntimeError where it ends otherwise (3 is a draft with gaps)."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read() if child.stderr else b""
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}: {said.decode()[-400:]}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def pairs(ours: Sequence[str], theirs: Sequence[str], runs: int = 5) -> tuple[Measured, Measured, list[float]]:
    """Both commands, A B A B …, after one warm-up each; the third part is the wall ratio of each pair."""
    once(ours), once(theirs)
    mine, yours = [], []
    for _ in range(runs):
        mine.append(once(ours))
        yours.append(once(theirs))
    ratios = [a[0] / b[0] for a, b in zip(mine, yours, strict=True)]
    return _medians(mine), _medians(yours), ratios


def _medians(measured: list[tuple[float, float, float]]) -> Measured:
    return Measured(*(statistics.median(column) for column in zip(*measured, strict=True)))


def line(name: str, found: Measured) -> str:
    return f"{name:44}{found.wall:8.2f} s wall {found.cpu:7.2f} s CPU {found.peak_mb:7.0f} MB"


def verdict(ratios: list[float], goal: float) -> str:
    middle = statistics.median(ratios)
    reached = "reached" if middle <= goal else "NOT reached"
    return f"ratio {middle:.2f} (min {min(ratios):.2f}, max {max(ratios):.2f}); goal at most {goal}: {reached}"
