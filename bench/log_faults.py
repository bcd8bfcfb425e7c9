"""Do the logs shown tell of the service that is at fault? Labelled faults in real services on this machine.

    python bench/log_faults.py [--quick N] [--only TEXT] [--show] [--keep DIR]

Each fault runs for 17 s on the services of the lab (`lab/faults`): 7 s of baseline, and 10 s with the fault, which
comes 1 s late. befell counts by the minute, so the times in the logs are stretched: a second of the run is a minute.
A hit: an excerpt of the service in which the fault was injected is among the first 3, or 10, shown.

The faults were labelled before any ran. A hash of the name keeps half of them apart: of these only the score is
printed. The yardstick is what a search for errors would list: worst level first, the most frequent first.
"""

import argparse
import hashlib
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from lab.faults.catalogue import FAULTS, NOISE, Fault
from lab.faults.scene import LOGS, Scene, now
from lab.processes import LabError
from pipeline.event import LogSource, LogSummary
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.logs import reduce

BASELINE_S, FAULT_S, LATE_S, STRETCH = 7, 10, 1.0, 60
FIRST = (3, 10)
GOALS = "goal 0.80 and 0.95"
TIMES = {
    re.compile(r"(?m)^((?:ts=|\{\"time(?:stamp)?\": \")?)(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3})"): "",
    re.compile(r"(\[)(\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d)(?= \+0000\])"): "%d/%b/%Y:%H:%M:%S",
}


@dataclass(frozen=True)
class Outcome:
    """`shown`: the excerpts, best first; `ours` and `plain`: the place of the first of the service at fault, from 1."""

    fault: Fault
    shown: tuple[LogSummary, ...]
    ours: int | None
    plain: int | None

    @property
    def apart(self) -> bool:
        return hashlib.sha256(self.fault.name.encode()).digest()[0] % 2 == 1


def run(fault: Fault, out: Path) -> datetime:
    """Play the fault; the moment at which the baseline began."""
    with Scene(out, fault.name) as scene:
        begun = now()
        time.sleep(BASELINE_S + LATE_S)
        with ThreadPoolExecutor() as pool:
            acts = [pool.submit(act, scene) for act in (fault.inject, NOISE[fault.noise])]
            time.sleep(max(0.0, begun.timestamp() + BASELINE_S + FAULT_S - time.time()))
        for act in acts:
            act.result()
    return begun


def logs_of(fault: Fault, out: Path, keep: Path | None) -> datetime:
    """Put the logs into `out / "logs"`, from a run now or from what was kept; when the baseline began."""
    kept = keep / hashlib.sha256(fault.name.encode()).hexdigest()[:12] if keep else None
    if kept and (kept / "begun").exists():
        shutil.copytree(kept / "logs", out / "logs")
        return datetime.fromisoformat((kept / "begun").read_text())
    begun = run(fault, out)
    if kept:
        shutil.copytree(out / "logs", kept / "logs")
        (kept / "begun").write_text(begun.isoformat())
    return begun


def stretch(text: str, begun: datetime) -> str:
    """Each time in the lines, moved away from `begun` by the factor."""

    def moved(form: str, found: re.Match[str]) -> str:
        said = found[2]
        if form:
            at = datetime.strptime(f"{said} +0000", f"{form} %z")
        else:
            at = datetime.fromisoformat(said.replace(",", ".")).replace(tzinfo=UTC)
        later = begun + (at - begun) * STRETCH
        if form:
            return found[1] + later.strftime(form)
        return found[1] + later.isoformat(said[10], "milliseconds")[:19] + said[19] + f"{later.microsecond // 1000:03}"

    for pattern, form in TIMES.items():
        text = pattern.sub(partial(moved, form), text)
    return text


def place(summaries: Iterable[LogSummary], service: str) -> int | None:
    return next((number for number, one in enumerate(summaries, 1) if one.service == service), None)


def judge(fault: Fault, logs: Path, begun: datetime) -> Outcome:
    """Reduce the logs as a draft does, and look for the service at fault."""
    for path in logs.iterdir():
        path.write_text(stretch(path.read_text(), begun))
    sources = [
        LogSource(paths=tuple(str(logs / name) for name in names), name=service, service=service)
        for service, names in LOGS.items()
    ]
    window = Window(begun, begun + timedelta(minutes=BASELINE_S + FAULT_S))
    found = reduce(sources, window, baseline=timedelta(minutes=BASELINE_S), show=1000).summaries
    shown = tuple(one for one in found if one.template)
    plain = sorted(shown, key=lambda one: (levels.rank(one.level), -one.count, one.service, one.template))
    return Outcome(fault, shown, place(shown, fault.service), place(plain, fault.service))


def tell(outcome: Outcome, excerpts: bool) -> None:
    """A line for each fault; of those kept apart that they ran."""
    fault = outcome.fault
    where = "kept apart" if outcome.apart else f"place {outcome.ours or '-':>3}, by level {outcome.plain or '-':>3}"
    print(f"{fault.name:58}{fault.noise:28}{where}", flush=True)
    if excerpts and not outcome.apart:
        for one in outcome.shown[:10]:
            print(f"    {one.service:9} {one.level:8} {one.template[:90]!r} {one.reason}")


def report(label: str, outcomes: Sequence[Outcome]) -> None:
    def share(places: Iterable[int | None], most: int) -> float:
        return sum(1 for one in places if one and one <= most) / len(outcomes)

    if outcomes:
        ours = "".join(f"  first {most}: {share([one.ours for one in outcomes], most):.2f}" for most in FIRST)
        plain = " / ".join(f"{share([one.plain for one in outcomes], most):.2f}" for most in FIRST)
        print(f"{label:12}{len(outcomes):3} faults{ours}   (by level and number: {plain})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", type=int, metavar="N", help="N faults, spread over the kinds")
    parser.add_argument("--only", default="", metavar="TEXT", help="faults with this in their name")
    parser.add_argument("--show", action="store_true", help="the first ten excerpts of those not kept apart")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the logs there; what is there is not run again")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves through every `with`, as Ctrl-C does
    chosen = [fault for fault in FAULTS if options.only in fault.name]
    if options.quick:
        chosen = chosen[:: max(1, len(chosen) // options.quick)][: options.quick]
    outcomes = []
    for fault in chosen:
        with tempfile.TemporaryDirectory(prefix="befell-fault-") as folder:
            try:
                begun = logs_of(fault, Path(folder), options.keep)
            except LabError as problem:
                sys.exit(f"{fault.name}: {problem}")
            outcomes.append(judge(fault, Path(folder) / "logs", begun))
        tell(outcomes[-1], options.show)
    for kind in dict.fromkeys(one.fault.kind for one in outcomes):
        report(kind, [one for one in outcomes if one.fault.kind == kind])
    for label, apart in (("looked at", False), ("kept apart", True)):
        report(label, [one for one in outcomes if one.apart is apart])
    report("all", outcomes)
    print(GOALS)


if __name__ == "__main__":
    main()
