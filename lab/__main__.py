"""`python -m lab --out DIR`: run the incident into DIR. `--record DIR`: run it and make an example of it."""

import argparse
import signal
import sys
from pathlib import Path

from lab.processes import LabError
from lab.run import record


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    where = options.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, help="directory to run into; it must not exist")
    where.add_argument("--record", type=Path, help="directory of an example that is made anew")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--scale", type=float, default=1.0, help="share of the usual number of requests")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves through every `with`, as Ctrl-C does
    try:
        if given.record:
            from lab.example import make

            found = make(given.record, seed=given.seed, scale=given.scale)
        else:
            found = record(given.out, given.scale, given.seed)
    except LabError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(
        f"{found.incident_id}: {found.failed_requests} of {found.requests} orders failed, {found.log_lines} log lines"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
