"""What changes from one text to another, line by line; and a text in which only some of it changed."""

from collections.abc import Collection, Iterator
from difflib import SequenceMatcher

from pipeline.draft import document

NEAR = 3  # lines shown around a change
Lines = list[tuple[str, str]]  # the kind of each line (add, del, or "") and the line with its mark


def hunks(old: str, new: str) -> Iterator[Lines]:
    """The changes that stand apart from each other; that a draft has another hash is none."""
    before, after, matcher = _matched(old, new)
    for group in matcher.get_grouped_opcodes(NEAR):
        lines: Lines = []
        for kind, i, j, k, m in group:
            if kind == "equal":
                lines += [("", f" {line}") for line in before[i:j]]
            else:
                lines += [("del", f"-{line}") for line in before[i:j]] + [("add", f"+{line}") for line in after[k:m]]
        yield lines


def taken(old: str, new: str, chosen: Collection[int]) -> str:
    """The old text with the hunks of these numbers and the hash of the new one: what is not taken counts as edited."""
    before, after, matcher = _matched(old, new)
    lines, at = [], 0
    for number, group in enumerate(matcher.get_grouped_opcodes(NEAR)):
        for kind, i, j, k, m in group:
            lines += before[at:i]
            lines += after[k:m] if kind != "equal" and number in chosen else before[i:j]
            at = j
    return "\n".join(lines + before[at:])


def _matched(old: str, new: str) -> tuple[list[str], list[str], SequenceMatcher[str]]:
    new = new.replace("\r\n", "\n")
    before = document.stamped(old, document.stamp(new)).replace("\r\n", "\n").split("\n")
    after = new.split("\n")
    return before, after, SequenceMatcher(None, before, after)
