"""`python -m lab --out DIR`: run the incident into DIR. `--record DIR`: run it and make an example of it.

`--shape NAME --out DIR` runs another shape of incident; `--record-cases DIR` records all shapes as labelled cases.
"""

import argparse
import signal
import sys
from pathlib import Path

from lab.processes import LabError
from lab.run import record
from lab.truth import Truth


def main() -> int:
    options = argparse.ArgumentParser(
        prog="python -m lab", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = options.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="directory to run into; it must not exist")
    where.add_argument("--record", type=Path, help="directory of an example that is made anew")
    where.add_argument("--record-cases", type=Path, help="directory of labelled cases; those that exist stay")
    options.add_argument("--shape", help="the shape to play, of those in lab/shapes")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--scale", type=float, default=1.0, help="share of the usual number of requests")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves through every `with`, as Ctrl-C does
    try:
        _play(given)
    except LabError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _play(given: argparse.Namespace) -> None:
    from lab.shapes import SHAPES
    from lab.shapes.record import record_all, run, seconds

    if given.shape is not None and given.shape not in SHAPES:
        raise LabError(f"no shape {given.shape!r}; there are {', '.join(SHAPES)}")
    if given.record_cases:
        for name in record_all(given.record_cases, given.shape):
            print(name, flush=True)
    elif given.shape:
        print(seconds(run(SHAPES[given.shape], given.seed, given.out, given.out / "case")))
    elif given.record:
        from lab.example import make

        _tell(make(given.record, seed=given.seed, scale=given.scale))
    else:
        _tell(record(given.out, given.scale, given.seed))


def _tell(found: Truth) -> None:
    print(
        f"{found.incident_id}: {found.failed_requests} of {found.requests} orders failed, {found.log_lines} log lines"
    )


if __name__ == "__main__":
    sys.exit(main())
