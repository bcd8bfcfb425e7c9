"""The window of a log file, as a ratio to what reads all of it: ten minutes out of a day of 1 GB.

Measured in this process: finding the window and reading its bytes. Yardsticks, in the same rounds: ripgrep for the
window's minutes over the whole file, `zstdcat | rg`, `zcat | rg`, and `sort -m` for the merge of 16 ordered files. The
files are made by rule, and removed afterwards. Needs rg, zstd and gzip. `--small` takes a tenth of the lines.
"""

import argparse
import gzip
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import loglines
import zstandard

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs.lines import blocks
from pipeline.logs.merge import merged
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.stated import Stated
from pipeline.logs.window import Plan, find_window

LINES, DAY = 8_500_000, timedelta(days=1)
WINDOW = Window(loglines.START + timedelta(hours=14), loglines.START + timedelta(hours=14, minutes=10))
PATTERN = "^2026-11-24T14:0[0-9]:"
# in a process of its own, without what this one has imported
PEAK = """
import sys
from datetime import datetime, timedelta, UTC
from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs.merge import merged
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.stated import Stated
from pipeline.logs.window import find_window
notes, start = Notes(""), datetime(2026, 11, 24, tzinfo=UTC)
stated, whole = Stated(LogSource(paths=(), name=""), notes), Window(start, start + timedelta(days=1))
found = list(find_window(stated, [Found(path, path) for path in sys.argv[1:]], whole, notes))
records = sum(len(batch) for batch in merged(found, stated, whole, print))
with open("/proc/self/status") as status:  # getrusage would count what the parent had when it forked
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(f"{'memory of the merge, at its highest':46} {peak // 1024:9} MB; goal 50")
"""
FRAME, ROUNDS, FILES = 4 << 20, 7, 16


def fail(kind: str, what: str) -> None:
    raise RuntimeError(f"{kind}: {what}")


def plans(*paths: Path, window: Window = WINDOW) -> tuple[list[Plan], Stated]:
    notes = Notes("bench")
    stated = Stated(LogSource(paths=(), name="bench"), notes)
    return list(find_window(stated, [Found(str(path), str(path)) for path in paths], window, notes)), stated


def window(path: Path) -> int:
    found, _ = plans(path)
    return sum(len(block) for plan in found for span in plan.spans for block in blocks(span, fail))


def run(command: str) -> Callable[[], object]:
    return lambda: subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)


def timed(*tasks: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The median seconds of each task; they run in turn."""
    taken: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, times in zip(tasks, taken, strict=True):
            begin = time.perf_counter()
            task()
            times.append(time.perf_counter() - begin)
    return [statistics.median(times) for times in taken]


def said(what: str, ours: float, theirs: float, yardstick: str, goal: str) -> None:
    print(f"{what:46} {ours * 1e3:9.1f} ms   1/{theirs / ours:<6.1f} of {yardstick} ({theirs * 1e3:.0f} ms); {goal}")


def plain(folder: Path, lines: int) -> Path:
    one, four = folder / "day.log", folder / "four.log"
    loglines.write(one, lines, DAY)
    loglines.write(four, 4 * lines, 4 * DAY, loglines.START - 2 * DAY)
    ours, longer, ripgrep = timed(lambda: window(one), lambda: window(four), run(f"rg -c '{PATTERN}' {one}"))
    print(f"{one.stat().st_size / 1e6:.0f} MB, {lines:,} lines; the window has {window(one) / 1e6:.1f} MB")
    said("10 minutes of a plain file", ours, ripgrep, "ripgrep", "goal 1/50")
    print(f"{'10 minutes of one four times as large':46} {longer * 1e3:9.1f} ms   {longer / ours:.2f} x; goal 1.5 x")
    four.unlink()
    return one


def packed(folder: Path, path: Path) -> None:
    framed, single, zipped = folder / "framed.zst", folder / "single.zst", folder / "single.gz"
    packer = zstandard.ZstdCompressor()
    with path.open("rb") as file, framed.open("wb") as out:
        while block := file.read(FRAME):
            out.write(packer.compress(block))
    with path.open("rb") as file, single.open("wb") as out:
        packer.copy_stream(file, out)
    with path.open("rb") as file, gzip.open(zipped, "wb", 1) as out:
        shutil.copyfileobj(file, out, 1 << 20)
    for what, made, cat, goal in (
        ("zstd in frames of 4 MB", framed, "zstdcat", "goal 1/15"),
        ("zstd in one frame", single, "zstdcat", "no goal"),
        ("gzip", zipped, "zcat", "no goal"),
    ):
        yardstick = run(f"{cat} {made} | rg -c '{PATTERN}'")
        if made is not framed:
            first, theirs = timed(lambda made=made: window(made), yardstick, rounds=1)  # type: ignore[misc]
            said(f"10 minutes of {what}, making its index", first, theirs, f"{cat} | rg", goal)
        ours, theirs = timed(lambda made=made: window(made), yardstick, rounds=3)  # type: ignore[misc]
        said(f"10 minutes of {what}", ours, theirs, f"{cat} | rg", goal)


def merge(folder: Path, lines: int) -> None:
    """16 files, each line in one of them by lot; the plan to read all of each is not part of it."""
    chance = random.Random(3)
    paths = [folder / f"part{number:02}.log" for number in range(FILES)]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("wb")) for path in paths]
        for block, _ in loglines.blocks(lines, DAY):
            for line in block.splitlines(keepends=True):
                chance.choice(files).write(line)
    whole = Window(loglines.START, loglines.START + DAY)
    found, stated = plans(*paths, window=whole)
    names = " ".join(map(str, paths))
    ours, file, pipe = timed(
        lambda: sum(len(batch) for batch in merged(found, stated, whole, fail)),
        run(f"LC_ALL=C sort -m -o {folder}/merged {names}"),
        run(f"LC_ALL=C sort -m {names} | wc -c"),
    )
    print(
        f"{f'merge of {FILES} files, {lines:,} lines':46} {ours * 1e3:9.1f} ms   "
        f"{ours / file:.2f} x sort -m into a file ({file * 1e3:.0f} ms), "
        f"{ours / pipe:.2f} x into a pipe ({pipe * 1e3:.0f} ms); goal 1.2 x"
    )
    subprocess.run([sys.executable, "-c", PEAK, *map(str, paths)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the lines")
    lines = LINES // (10 if parser.parse_args().small else 1)
    with tempfile.TemporaryDirectory(prefix="befell-bench-") as name:
        os.environ["XDG_CACHE_HOME"] = f"{name}/cache"
        packed(Path(name), plain(Path(name), lines))
        merge(Path(name), 800_000)


if __name__ == "__main__":
    sys.exit(main())
