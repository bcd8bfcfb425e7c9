"""How well lines are grouped under templates: GA and FGA on labelled sets in the layout of logpai/loghub.

The sets are not part of this project, their licence does not allow it: give the git directory of a clone of
https://github.com/logpai/loghub. One configuration for all sets. Every second set is kept apart: it is printed with
`--apart` only, so that work on the templates looks at the others.

GA (grouping accuracy): the share of lines whose group holds exactly the lines of a labelled group. FGA: the harmonic
mean of the shares of found groups and of labelled groups that are exactly right (Jiang et al., LogPub, ISSTA 2024).
"""

import argparse
import csv
import io
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pipeline.lines import levels
from pipeline.lines.mining import mined
from pipeline.lines.templates import mask

SUFFIX = "_2k.log_structured.csv"
GOALS = "goal GA 0.90, FGA 0.91"


def git(clone: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(clone), *words], check=True, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


def groups(keys: Iterable[str]) -> set[frozenset[int]]:
    """The line numbers under each key."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        found[key].append(number)
    return {frozenset(numbers) for numbers in found.values()}


def grouping(found: set[frozenset[int]], labelled: set[frozenset[int]]) -> tuple[float, float]:
    """GA and FGA, each 0 to 1."""
    right = found & labelled
    return sum(map(len, right)) / sum(map(len, labelled)), 2 * len(right) / (len(found) + len(labelled))


def measure(clone: Path, path: str) -> tuple[float, float]:
    rows = list(csv.DictReader(io.StringIO(git(clone, "show", f"HEAD:{path}"), newline="")))
    said = [(levels.find(row["Content"]), mask(row["Content"])) for row in rows]
    belongs = {level: mined(words for of, words in said if of == level) for level in {level for level, _ in said}}
    found = groups(belongs[level][words] for level, words in said)
    labelled = groups(row["EventId"] for row in rows)
    ga, fga = grouping(found, labelled)
    name = path.rpartition("/")[2].removesuffix(SUFFIX)
    print(f"{name:14} {len(rows):6,} lines  {len(found):5,} of {len(labelled):5,} groups  GA {ga:.3f}  FGA {fga:.3f}")
    return ga, fga


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path, help="a clone of logpai/loghub; nothing is written there")
    parser.add_argument("--apart", action="store_true", help="the sets kept apart too")
    options = parser.parse_args()
    names = git(options.clone, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    sets = sorted(name for name in names if name.endswith(SUFFIX))
    if not sets:
        sys.exit(f"{options.clone}: no file ends in {SUFFIX}; give a clone of logpai/loghub")
    halves = [sets[::2], sets[1::2]] if options.apart else [sets[::2]]
    scores: list[tuple[float, float]] = []
    for label, half in zip(("open", "apart"), halves, strict=False):
        these = [measure(options.clone, path) for path in half]
        scores += these
        report(f"{label}, {len(these)} sets", these)
    if options.apart:
        report(f"all {len(scores)} sets", scores)


def report(label: str, scores: list[tuple[float, float]]) -> None:
    ga, fga = (statistics.mean(column) for column in zip(*scores, strict=True))
    print(f"{label}: GA {ga:.3f}, FGA {fga:.3f}; {GOALS}")


if __name__ == "__main__":
    main()
