"""One list of parts out of three: what each became, and in which order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.redraft.align import align, increasing, same
from pipeline.redraft.items import Item, own_anchor
from pipeline.redraft.words import merge as merge_words


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed: the reviewer's text, which stands, and the new one ("" where it is gone)."""

    section: str
    mine: str
    new: str


@dataclass(slots=True)
class Part:
    """A part of the merged text, and where it stands in the reviewer's and in the new text."""

    item: Item
    mine: int | None = None
    new: int | None = None
    base: int | None = None


class Merge:
    """The parts of one section; what lists the evidence in `linked` stays, though it is no longer generated."""

    def __init__(
        self, base: Sequence[Item], mine: Sequence[Item], new: Sequence[Item], linked: Collection[str] = ()
    ) -> None:
        self.base, self.mine, self.new, self.linked = base, mine, new, linked
        self.conflicts: list[tuple[str, str]] = []
        self.in_mine, self.in_new = align(base, mine, in_place=True), align(base, new)
        self.parts = order([*self._shared(), *self._added()])

    def text(self) -> str:
        """The parts with the blank lines between them that the reviewer's text has, else those of the new one."""
        lines: list[str] = []
        for part, after in zip(self.parts, [*self.parts[1:], None], strict=True):
            lines.append(part.item.text)
            lines += [""] * self._gap(part, after)
        return "\n".join(lines)

    def _gap(self, part: Part, after: Part | None) -> int:
        if after is None:
            return max(1, self.mine[-1].gap if self.mine else 1)
        if part.mine is not None and after.mine == part.mine + 1:
            return self.mine[part.mine].gap
        if part.new is not None and after.new == part.new + 1:
            return self.new[part.new].gap
        together = part.item.kind == after.item.kind and part.item.kind in ("row", "list", "yaml", "quote")
        return 0 if together or part.item.kind == "marker" else 1

    def _shared(self) -> Iterable[Part]:
        """What was generated before and stands in the reviewer's text: merged, kept or dropped."""
        kept = set()
        for b, m in self.in_mine.items():
            item = self.mine[m]
            if b in self.in_new:
                text, clash = merge_words(self.base[b], item, self.new[self.in_new[b]])
                if clash:
                    self.conflicts.append((item.text, self.new[self.in_new[b]].text))
                yield Part(Item(item.kind, text, item.key), m, self.in_new[b], b)
            elif edited := item.plain != self.base[b].plain:
                self.conflicts.append((item.text, ""))
            if b not in self.in_new and (edited or own_anchor(item.text) in self.linked):
                kept.add(m)
        back = {m: b for b, m in self.in_mine.items()}
        stay = kept | {m for m in range(len(self.mine)) if m not in back}
        kept |= {m for one in stay for m in self._over(one) if m in back and back[m] not in self.in_new}
        yield from (Part(self.mine[m], m, None, back[m]) for m in kept)

    def _over(self, m: int) -> Iterable[int]:
        """What a part stands under, which must stay where it stays: the head of its table, its heading and comment."""
        at = m
        while at > 0 and self.mine[at].kind == self.mine[at - 1].kind == "row" and not self.mine[at - 1].gap:
            at -= 1
        if self.mine[m].kind == "row":
            yield from range(at, min(at + 2, m))
        while at > 0 and self.mine[at].kind != "heading":
            at -= 1
        if self.mine[at].kind == "heading":
            yield at
            if at and self.mine[at - 1].kind == "marker":
                yield at - 1

    def _added(self) -> Iterable[Part]:
        """What only one side has: the reviewer's own parts, and what is generated for the first time."""
        mine = [m for m in range(len(self.mine)) if m not in set(self.in_mine.values())]
        new = [n for n in range(len(self.new)) if n not in set(self.in_new.values())]
        both = same([self.mine[m] for m in mine], [self.new[n] for n in new])
        for one, m in enumerate(mine):
            n = new[both[one]] if one in both else None
            if n is not None and self.new[n].plain != self.mine[m].plain:
                self.conflicts.append((self.mine[m].text, self.new[n].text))
            yield Part(self.mine[m], m, n)
        yield from (Part(self.new[n], None, n) for one, n in enumerate(new) if one not in set(both.values()))


def order(parts: Iterable[Part]) -> list[Part]:
    """The order of the new text; what the reviewer added or moved follows what it follows in the reviewer's text."""
    parts = list(parts)
    shared = sorted((p for p in parts if p.base is not None and p.mine is not None), key=lambda p: p.base or 0)
    stayed = {id(shared[index]) for index in increasing([part.mine or 0 for part in shared])}
    fixed = [p for p in parts if p.new is not None and (p.mine is None or id(p) in stayed)]
    placed = sorted(fixed, key=lambda part: part.new or 0)
    known = {id(part) for part in placed}
    by_mine = {part.mine: part for part in parts if part.mine is not None}
    for part in sorted((p for p in parts if id(p) not in known), key=lambda part: part.mine or 0):
        before = next((by_mine[m] for m in range((part.mine or 0) - 1, -1, -1) if id(by_mine.get(m)) in known), None)
        at = next((index for index, one in enumerate(placed) if one is before), -1) + 1
        if before and before.item.kind == "row" and part.item.kind != "row":
            while at < len(placed) and placed[at].mine is None and placed[at].item.kind == "row":
                at += 1  # a table is not cut in two
        placed.insert(at, part)
        known.add(id(part))
    return placed
