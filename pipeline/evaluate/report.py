"""The tables of an evaluation, as plain text."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.evaluate.cases import NAMES
from pipeline.evaluate.score import Answer, Outcome
from pipeline.times import rfc3339


def report(outcomes: Sequence[Outcome], *, failing: bool = True) -> str:
    """Milestones, confidence, key rows, decoys, triggers, merging; then each failing answer beside the gold."""
    parts = [_milestones(outcomes), _confidence(outcomes), _rest(outcomes)]
    if failing:
        parts.append(failures(outcomes))
    return "\n\n".join(part for part in parts if part) + "\n"


def f1(right: int, wrong: int, missing: int) -> float:
    """Micro F1: a wrong answer is both a false positive and a miss; 0 where nothing was asked."""
    return 2 * right / max(1, 2 * right + 2 * wrong + missing)


def total(outcomes: Iterable[Outcome]) -> float:
    """F1 over all milestones of all cases."""
    verdicts = Counter(answer.verdict for one in outcomes for answer in one.answers)
    return f1(verdicts["right"], verdicts["wrong"], verdicts["missing"])


def _milestones(outcomes: Sequence[Outcome]) -> str:
    lines = [f"{'milestone':14}{'right':>7}{'wrong':>7}{'missing':>9}{'F1':>8}   false claims where none is stated"]
    everything: Counter[str] = Counter()
    for name in NAMES:
        verdicts = Counter(answer.verdict for one in outcomes for answer in one.answers if answer.name == name)
        everything += verdicts
        lines.append(_milestone_line(name, verdicts))
    lines.append(_milestone_line("all", everything))
    return "\n".join(lines)


def _milestone_line(name: str, verdicts: Counter[str]) -> str:
    right, wrong, missing = verdicts["right"], verdicts["wrong"], verdicts["missing"]
    unstated = verdicts["false"] + verdicts["silent"]
    return f"{name:14}{right:7}{wrong:7}{missing:9}{f1(right, wrong, missing):8.3f}   {verdicts['false']} of {unstated}"


def _confidence(outcomes: Sequence[Outcome]) -> str:
    lines = [f"{'confidence':14}{'right':>7}{'of':>7}{'share':>9}   95 % interval (Wilson)"]
    for level in ("high", "medium", "low"):
        said = [a for one in outcomes for a in one.answers if a.said and a.said.confidence == level]
        right = sum(answer.verdict == "right" for answer in said)
        low, high = _wilson(right, len(said))
        share = f"{right / len(said):.3f}" if said else "-"
        lines.append(f"{level:14}{right:7}{len(said):7}{share:>9}   {low:.3f} to {high:.3f}")
    return "\n".join(lines)


def _wilson(right: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share (Wilson, JASA 22, 1927); 0 to 1 where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, spread = right / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def key_rows(outcomes: Sequence[Outcome]) -> str:
    """Recall and precision of the rows that a reader sees first, in one line; "" where no case has labels for them."""
    found, gold, right, shown = _sums(outcomes, "key_found", "key_gold", "key_right", "key_shown")
    if not gold:
        return ""
    return f"key rows: recall {found / gold:.3f}, precision {right / max(1, shown):.3f} ({gold} key events)"


def merging(outcomes: Sequence[Outcome]) -> str:
    """Precision and recall of the pairs of events that share a row, in one line; "" where no case has labels."""
    right, said, pairs = _sums(outcomes, "pairs_right", "pairs_said", "pairs_gold")
    if not pairs:
        return ""
    return f"merging: pairwise precision {right / max(1, said):.3f}, recall {right / pairs:.3f} ({pairs} pairs)"


def _rest(outcomes: Sequence[Outcome]) -> str:
    decoys, decoys_shown = _sums(outcomes, "decoys", "decoys_shown")
    ranks = [one.trigger_rank for one in outcomes if one.trigger_rank is not None]
    first, third = sum(rank == 1 for rank in ranks), sum(1 <= rank <= 3 for rank in ranks)
    counted = [one.counted for one in outcomes if one.counted is not None]
    lines = [key_rows(outcomes)]
    if decoys:
        lines.append(f"decoys in key rows or milestones: {decoys_shown} of {decoys}")
    if ranks:
        lines.append(f"trigger: @1 {first / len(ranks):.3f}, @3 {third / len(ranks):.3f} of {len(ranks)}")
    if counted:
        lines.append(f"failed requests counted by the log excerpts (to 5 %): {sum(counted)} of {len(counted)} cases")
    return "\n".join(line for line in [*lines, merging(outcomes)] if line)


def _sums(outcomes: Sequence[Outcome], *names: str) -> list[int]:
    return [sum(getattr(one, name) for one in outcomes) for name in names]


def failures(outcomes: Sequence[Outcome]) -> str:
    """What was said beside what is true, a line each; "" where all is right."""
    lines = [
        (answer.verdict, one.case.name, answer.name, *_said(answer))
        for one in outcomes
        for answer in one.answers
        if answer.verdict not in ("right", "silent")
    ]
    if not lines:
        return ""
    table = [("verdict", "case", "milestone", "gold", "said", "by rule", "confidence"), *lines]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in table)


def _said(answer: Answer) -> tuple[str, str, str, str]:
    gold = rfc3339(answer.gold) if answer.gold else "none stated"
    said = answer.said
    return (gold, rfc3339(said.at), said.rule, said.confidence) if said else (gold, "nothing", "-", "-")
