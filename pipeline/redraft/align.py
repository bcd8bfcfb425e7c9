"""Which part of one text is which part of another: by id, then by text, then by what it is most like in its place."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from pipeline.redraft.items import Item, cited, own_anchor
from pipeline.redraft.words import ALIKE, alike

MOST_PAIRS = 20_000  # beyond, what has no id and no equal is new
_STRONG = ("action:", "e-", "key ", "<!--")


def align(base: Sequence[Item], other: Sequence[Item], *, in_place: bool = False) -> dict[int, int]:
    """The index in `other` of each part of `base` that is still there.

    `in_place`: what stands alone where one part stood is that part rewritten, however little they have in common.
    """
    found = _same([one.key for one in base], [one.key for one in other])
    found |= _families(base, other)
    known = {theirs: ours for ours, theirs in found.items()}
    first = [("", str(index)) if index in found else (one.kind, one.plain) for index, one in enumerate(base)]
    second = [("", str(known[index])) if index in known else (one.kind, one.plain) for index, one in enumerate(other)]
    ordered: dict[int, int] = {}
    for block in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks():
        ordered |= {block.a + step: block.b + step for step in range(block.size)}
    found |= ordered
    _rest(found, _exact(base, other, found))
    _rest(found, _near(base, other, found, ordered, in_place))
    _rest(found, _similar(base, other, *_left(base, other, found)))
    return found


def same(one: Sequence[Item], other: Sequence[Item]) -> dict[int, int]:
    """Pairs that have an id, or the whole text, in common."""
    found = _same([item.key for item in one], [item.key for item in other]) | _families(one, other)
    _rest(found, _exact(one, other, found))
    return found


def increasing(values: Sequence[int]) -> set[int]:
    """The positions of a longest increasing subsequence: those that nobody moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(ends[at - 1] if at else -1)
        tails[at:] = [value, *tails[at + 1 :]]
        ends[at:] = [position, *ends[at + 1 :]]
    kept, position = set(), ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = before[position]
    return kept


def _same(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Pairs of equal names that each side has once; "" is no name."""
    ours, theirs = Counter(base), Counter(other)
    at = {name: index for index, name in enumerate(other) if name and theirs[name] == 1}
    return {index: at[name] for index, name in enumerate(base) if name in at and ours[name] == 1}


def _families(base: Sequence[Item], other: Sequence[Item]) -> dict[int, int]:
    """Pairs among the rows on one piece of evidence, where there are several: the most alike first."""
    ours, theirs = _by_key(base), _by_key(other)
    found: dict[int, int] = {}
    for key in ours.keys() & theirs.keys():
        if len(ours[key]) == len(theirs[key]) == 1:
            continue  # the same by its id alone
        pairs = [(-alike(base[one].text, other[two].text), one, two) for one in ours[key] for two in theirs[key]]
        _rest(found, [(one, two) for _, one, two in sorted(pairs)])
    return found


def _by_key(items: Sequence[Item]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for index, one in enumerate(items):
        if one.key.startswith(("e-", "action:")):
            found[one.key].append(index)
    return found


def _rest(found: dict[int, int], more: Iterable[tuple[int, int]]) -> None:
    taken = set(found.values())
    for ours, theirs in more:
        if ours not in found and theirs not in taken:
            found[ours] = theirs
            taken.add(theirs)


def _left(base: Sequence[Item], other: Sequence[Item], found: dict[int, int]) -> tuple[list[int], list[int]]:
    taken = set(found.values())
    ours = [index for index in range(len(base)) if index not in found]
    return ours, [index for index in range(len(other)) if index not in taken]


def _exact(base: Sequence[Item], other: Sequence[Item], found: dict[int, int]) -> Iterable[tuple[int, int]]:
    """What was moved as it is."""
    ours, theirs = _left(base, other, found)
    pairs = _same([base[one].plain for one in ours], [other[one].plain for one in theirs])
    return [(ours[one], theirs[two]) for one, two in pairs.items()]


def _near(
    base: Sequence[Item], other: Sequence[Item], found: dict[int, int], ordered: dict[int, int], in_place: bool
) -> Iterable[tuple[int, int]]:
    """Pairs between the same two neighbours: the most alike first; then, `in_place`, in order where numbers agree."""
    gaps: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    back = {theirs: ours for ours, theirs in ordered.items()}
    taken = set(found.values())
    last = -1
    for index in range(len(base)):
        last = index if index in ordered else last
        if index not in found:
            gaps[last][0].append(index)
    last = -1
    for index in range(len(other)):
        last = back.get(index, last)
        if index not in taken:
            gaps[last][1].append(index)
    for ours, theirs in gaps.values():
        pairs = list(_similar(base, other, ours, theirs))
        yield from pairs
        if in_place:
            used, reused = {one for one, _ in pairs}, {two for _, two in pairs}
            for kind in {base[one].kind for one in ours}:
                old = [one for one in ours if base[one].kind == kind and one not in used]
                young = [two for two in theirs if other[two].kind == kind and two not in reused]
                if len(old) == len(young):
                    pairs = [
                        (one, two) for one, two in zip(old, young, strict=True) if not _apart(base[one], other[two])
                    ]
                    yield from pairs


def _similar(
    base: Sequence[Item], other: Sequence[Item], ours: Sequence[int], theirs: Sequence[int]
) -> Iterable[tuple[int, int]]:
    """Pairs of one kind that have enough in common, the most alike first."""
    if len(ours) * len(theirs) > MOST_PAIRS:
        return []
    scored = [
        (-alike(base[one].text, other[two].text), one, two)
        for one in ours
        for two in theirs
        if base[one].kind == other[two].kind and not _apart(base[one], other[two])
    ]
    return [(one, two) for score, one, two in sorted(scored) if -score >= ALIKE]


def _apart(one: Item, other: Item) -> bool:
    """Whether ids say that these are two different things."""
    if one.key == other.key or not all(item.key.startswith(_STRONG) for item in (one, other)):
        return False
    listed = own_anchor(one.text) or own_anchor(other.text)
    return bool(listed) or cited(one.text).isdisjoint(cited(other.text))
