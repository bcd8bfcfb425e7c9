"""Three texts of one part to one: what either side changed stands; where both changed the same, the reviewer's does."""

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

from pipeline.redraft.items import Item, cells

ALIKE = 0.5  # less in common with what it was made from, and a text is another text
# links, comments and mark-up stay whole
_WORD = re.compile(r"\s*(?:\[[^\]\n]*\]\([^)\s]*\)|<!--.*?-->|<[^<>\n]+>|\w+|[^\w\s])|\s+\Z", re.DOTALL)


def merge(base: Item, mine: Item, new: Item) -> tuple[str, bool]:
    """The merged text, and whether both sides changed the same words."""
    if new.plain == base.plain or mine.plain == new.plain:
        return mine.text, False
    if mine.plain == base.plain:
        return new.text, False
    if base.kind in ("fence", "yaml"):
        return _merge(*(one.text.splitlines(keepends=True) for one in (base, mine, new)), whole=mine.text)
    if mine.kind == new.kind == base.kind == "row":
        parts = [cells(one.text) for one in (base, mine, new)]
        if len(parts[0]) == len(parts[1]) == len(parts[2]):
            merged = [_words(*each) for each in zip(*parts, strict=True)]
            return "|".join(text for text, _ in merged), any(clash for _, clash in merged)
    return _words(base.text, mine.text, new.text)


def alike(one: str, other: str) -> float:
    """0 to 1: how much two texts have in common, links included."""
    if one == other:
        return 1.0
    first, second = _bag(one), _bag(other)
    total = sum(first.values()) + sum(second.values())
    if 2 * (first & second).total() < ALIKE * total:  # no order of the words can make it more
        return 0.0
    return SequenceMatcher(None, _bare(_WORD.findall(one)), _bare(_WORD.findall(other)), autojunk=False).ratio()


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    return Counter(_bare(_WORD.findall(text)))


def _words(base: str, mine: str, new: str) -> tuple[str, bool]:
    if new.split() == base.split() or mine.split() == new.split():
        return mine, False
    if mine.split() == base.split():
        return new, False
    if alike(base, mine) < ALIKE:
        return mine, True  # rewritten: words that happen to be the same do not make it the old text
    return _merge(_WORD.findall(base), _WORD.findall(mine), _WORD.findall(new), whole=mine)


def _merge(base: list[str], mine: list[str], new: list[str], *, whole: str) -> tuple[str, bool]:
    """diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3) over tokens; white space does not tell them apart.

    `whole` is the reviewer's text, which stands where there is a conflict.
    """
    in_mine, in_new = _matches(base, mine), _matches(base, new)
    shared = [index for index in range(len(base)) if index in in_mine and index in in_new]
    merged: list[str] = []
    b = m = n = 0
    for index in [*shared, len(base)]:
        to_m, to_n = in_mine.get(index, len(mine)), in_new.get(index, len(new))
        old, ours, theirs = base[b:index], mine[m:to_m], new[n:to_n]
        if _bare(ours) == _bare(old):
            merged += theirs
        elif _bare(theirs) in (_bare(old), _bare(ours)):
            merged += ours
        else:
            return whole, True
        if index < len(base):
            merged.append(mine[to_m] if mine[to_m] != base[index] else new[to_n])
        b, m, n = index + 1, to_m + 1, to_n + 1
    return "".join(merged), False


def _matches(base: list[str], other: list[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, _bare(base), _bare(other), autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _bare(tokens: list[str]) -> list[str]:
    return [token.strip() for token in tokens]
