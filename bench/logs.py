"""The log engine against its yardsticks, each in the same run: `mawk`, drain3 with masks, ripgrep and `sort -m`.

Input is made by rule (`loglines`), templates known. `--lines` sets its size; 7,200,000 is the one that goals are stated
for. `--real` is a folder of logs that somebody has: plain files, or CSV (perhaps .zst) with a column `Log` in which a
line is a container's JSON. `--loghub` is a clone of logpai/loghub. Without drain3 (`uv sync --group bench`) its rows
are left out. Needs mawk, rg, zstd and gzip. The Dask engine is measured by `log_cluster.py`.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from io import TextIOWrapper
from pathlib import Path
from statistics import mean, median

import log_templates
import loglines
import logs_window
import zstandard

from pipeline.event import LogSource, LogSummary
from pipeline.incident import Window
from pipeline.lines.masked import masked
from pipeline.logs import reduce
from pipeline.logs.count import Counts
from pipeline.logs.meter import Meter
from pipeline.logs.notes import Notes
from pipeline.logs.parts import Mapped, one_after_the_other
from pipeline.logs.paths import files
from pipeline.logs.reader import read_source
from pipeline.logs.workers import in_processes

SPAN = timedelta(hours=2)
WINDOW = Window(loglines.START, loglines.START + SPAN)
EVER = Window(loglines.START - timedelta(days=9_000), loglines.START + timedelta(days=900))
HEAD = len("2026-11-24T09:26:46.123Z")
MASKS = (  # as drain3's own example has them
    (r"(?<=[^A-Za-z0-9])(?:[0-9a-f]{2,}:){3,}[0-9a-f]{2,}(?=[^A-Za-z0-9]|$)", "ID"),
    (r"(?<=[^A-Za-z0-9])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?=[^A-Za-z0-9]|$)", "IP"),
    (r"(?<=[^A-Za-z0-9])[0-9a-f]{6,}(?: [0-9a-f]{6,}){3,}(?=[^A-Za-z0-9]|$)", "SEQ"),
    (r"(?<=[^A-Za-z0-9])[0-9A-F]{4}(?: [0-9A-F]{4}){4,}(?=[^A-Za-z0-9]|$)", "SEQ"),
    (r"(?<=[^A-Za-z0-9])0x[a-fA-F0-9]+(?=[^A-Za-z0-9]|$)", "HEX"),
    (r"(?<=[^A-Za-z0-9])[-+]?\d+(?=[^A-Za-z0-9]|$)", "NUM"),
)
# in a process of its own; the workers' memory comes on top of the first one's
PEAK = """
import resource, sys
from logs import reduced
from pathlib import Path
reduced(Path(sys.argv[1]))
with open("/proc/self/status") as status:
    own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print((own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024)
"""


def reduced(path: Path, mapped: Mapped = in_processes, window: Window = WINDOW) -> None:
    account = reduce([_source(path)], window, mapped=mapped).account
    assert account.read == account.parsed + account.rejected > 0


def counted(path: Path, window: Window = WINDOW) -> list[LogSummary]:
    """All templates, of which `reduce` shows the few that matter."""
    source, notes, counts = _source(path), Notes("app"), Counts(window)
    read_source(source, files(source, {}, notes), counts, notes, in_processes, Meter())
    return list(counts.summaries())


def _source(path: Path) -> LogSource:
    return LogSource(paths=(str(path),), name="app", service="app")


def taken(task: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock, and of processors: the latter are fair where others use them too."""
    begin, used = time.perf_counter(), sum(os.times()[:4])
    task()
    return time.perf_counter() - begin, sum(os.times()[:4]) - used


def row(what: str, figure: str, goal: str) -> None:
    print(f"{what:60} {figure:>34}   goal {goal}", flush=True)


def grouped(pairs: Mapping[tuple[str, int], int], known: Mapping[int, int]) -> tuple[float, float]:
    """GA and FGA of groups of lines; `pairs` counts the lines of a found group and a known one."""
    sizes: Counter[str] = Counter()
    for (group, _), count in pairs.items():
        sizes[group] += count
    right = [number for (group, number), count in pairs.items() if count == sizes[group] == known[number]]
    return sum(known[number] for number in right) / sum(known.values()), 2 * len(right) / (len(sizes) + len(known))


def of_summaries(summaries: Iterable[LogSummary], numbers: Mapping[str, int]) -> Counter[tuple[str, int]]:
    """What was found against what is known, by the exemplars of each summary."""
    pairs: Counter[tuple[str, int]] = Counter()
    for one in summaries:
        said = {numbers[exemplar.text[HEAD:]] for exemplar in one.exemplars}
        for number in said:
            pairs[one.template, number] += one.count // len(said)
    return pairs


def speed(path: Path, lines: int, rounds: int) -> None:
    mawk = ["mawk", "{c[$3]++} END{for (k in c) n++; print n}", str(path)]
    runs = [
        (
            taken(lambda: subprocess.run(mawk, check=True, stdout=subprocess.DEVNULL)),
            taken(lambda: reduced(path)),
            taken(lambda: reduced(path, one_after_the_other)),
        )
        for _ in range(rounds)
    ]
    row(f"reduce of {lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB", _ratios(runs, 1), "5 x")
    row("  by one process", _ratios(runs, 2), "none")
    row("  lines a second of a processor", f"{lines / median(run[2][1] for run in runs) / 1e6:.2f} M", "none")


def _ratios(runs: list[tuple[tuple[float, float], ...]], number: int) -> str:
    wall, used = (median(run[number][kind] / run[0][kind] for run in runs) for kind in (0, 1))
    return f"{wall:.2f} x mawk (processor {used:.2f} x)"


def memory(path: Path, twice: Path) -> None:
    peaks = [
        int(subprocess.run([sys.executable, "-c", PEAK, str(one)], check=True, capture_output=True, env=_here()).stdout)
        for one in (path, twice)
    ]
    row("memory of the reduce, workers too", f"{peaks[0]} MB", "600 MB")
    row("  of an input twice as large", f"{peaks[1] / peaks[0]:.2f} x", "1.2 x")


def _here() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])}


def drain(path: Path, known: Mapping[int, int], numbers: Mapping[str, int]) -> None:
    """Both on the same lines; drain3 is given the messages, without reading a file or a time."""
    try:
        from drain3 import TemplateMiner
        from drain3.masking import MaskingInstruction
        from drain3.template_miner_config import TemplateMinerConfig
    except ImportError:
        row("drain3 is not there", "-", "25 x, FGA + 0.35")
        return
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(*mask) for mask in MASKS]
    miner = TemplateMiner(config=config)
    said = [line[HEAD:] for line in path.read_text().splitlines()]
    found: list[int] = []
    theirs = taken(lambda: found.extend(miner.add_log_message(line)["cluster_id"] for line in said))
    ours = taken(lambda: reduced(path))
    said_ratios = f"{theirs[0] / ours[0]:.0f} x (processor {theirs[1] / ours[1]:.0f} x)"
    row(f"against drain3 with masks, {len(said):,} lines: lines a second", said_ratios, "25 x")
    pairs = Counter((str(cluster), numbers[line]) for cluster, line in zip(found, said, strict=True))
    ga, fga = grouped(pairs, known)
    our_ga, our_fga = grouped(of_summaries(counted(path), numbers), known)
    row("  GA, ours and theirs", f"{our_ga:.3f}, {ga:.3f}", "none")
    row("  FGA, ours and theirs", f"{our_fga:.3f}, {fga:.3f}", "0.35 more")


def real_lines(folder: Path) -> Iterator[str]:
    """The lines of all files of a folder; of CSV the column `Log` in the order of its times."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        names = path.name.removesuffix(".zst")
        if not names.endswith((".csv", ".log")):
            continue
        with zstandard.open(path, "rb") if names != path.name else path.open("rb") as raw:
            text = TextIOWrapper(raw, errors="replace", newline="")  # type: ignore[type-var]
            if names.endswith(".log"):
                yield from text
            else:
                yield from (f"{one['Log']}\n" for one in sorted(csv.DictReader(text), key=lambda one: one["Timestamp"]))


def real(folder: Path, into: Path) -> None:
    """Real logs as one file, against as many generated bytes; one process each."""
    ours, made = into / "real.log", into / "made.log"
    with ours.open("w") as out:
        out.writelines(real_lines(folder))
    size = ours.stat().st_size
    loglines.write(made, size // 110, SPAN)
    rates = [
        [path.stat().st_size / taken(lambda path=path: reduced(path, one_after_the_other, EVER))[1]  # type: ignore[misc]
         for path in (ours, made)]
        for _ in range(3)
    ]  # fmt: skip
    row(
        f"real logs, {size / 1e6:.0f} MB: MB a processor's second",
        f"{median(a / b for a, b in rates):.2f} x made ones",
        "0.7 x",
    )
    with ours.open(errors="replace") as file:
        unique = Counter(hash(masked(line)) for line in file)
    row("  unique once masked", f"{len(unique) / unique.total():.2%} of lines", "1 %")
    row("  templates", f"{len(counted(ours, EVER)):,}", "none")


def labelled(clone: Path) -> None:
    names = log_templates.git(clone, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    scores = [log_templates.measure(clone, one) for one in sorted(names) if one.endswith(log_templates.SUFFIX)]
    ga, fga = (mean(column) for column in zip(*scores, strict=True))
    row(f"{len(scores)} labelled sets: GA, FGA", f"{ga:.3f}, {fga:.3f}", "0.90, 0.91")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--drain", type=int, default=100_000, help="lines that drain3 is given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--real", type=Path, help="a folder of real logs")
    parser.add_argument("--loghub", type=Path, help="a clone of logpai/loghub; nothing is written there")
    given = parser.parse_args()
    bodies, _ = loglines.bodies()
    numbers = {body.decode().rstrip("\n"): index // loglines.VARIANTS for index, body in enumerate(bodies)}
    with tempfile.TemporaryDirectory(prefix="befell-bench-") as name:
        folder, path, twice = Path(name), Path(name) / "app.log", Path(name) / "twice.log"
        os.environ["XDG_CACHE_HOME"] = f"{name}/cache"
        known = loglines.write(path, given.lines, SPAN)
        speed(path, given.lines, given.rounds)
        loglines.write(twice, 2 * given.lines, SPAN)
        memory(path, twice)
        twice.unlink()
        _, fga = grouped(of_summaries(counted(path), numbers), known)
        some = folder / "some.log"
        few = loglines.write(some, given.drain, SPAN)
        _, of_few = grouped(of_summaries(counted(some), numbers), few)
        row(f"FGA of {given.lines:,} lines, of {given.drain:,}", f"{fga:.3f}, {of_few:.3f}", "within 0.01")
        drain(some, few, numbers)
        path.unlink()
        if given.real:
            real(given.real, folder)
        if given.loghub:
            labelled(given.loghub)
        logs_window.packed(folder, logs_window.plain(folder, given.lines // 2))
        logs_window.merge(folder, min(given.lines, 800_000))


if __name__ == "__main__":
    main()
