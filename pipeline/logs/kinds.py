"""Lines that are counted in bulk, by kind: how many in which minute, and the few that stay as exemplars."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipeline.lines.templates import Said
from pipeline.logs.lines import Block
from pipeline.logs.stamped import Ints
from pipeline.logs.summary import MINUTE, Mark, Slot, lot, seed_of

RECENT = 4  # blocks that are held: most kinds come again in the next one, and their last line need not be copied
_NEVER = np.iinfo(np.int64).max


@dataclass(slots=True)
class Lines:
    """The lines of a block: the bytes that each lies between."""

    block: Block
    starts: Ints
    ends: Ints

    def raw(self, number: int) -> bytes:
        return self.block.data[self.starts[number] : self.ends[number]]

    def where(self, number: int) -> tuple[int, int]:
        """Its offset, and its number in the file if that is known."""
        first = self.block.number
        return self.block.offset + int(self.starts[number]), first and first + number


@dataclass(slots=True)
class _Kind:
    template: Said
    level: str
    first: Mark | None = None
    last: Mark | None = None
    low: Mark | None = None
    minutes: dict[int, int] = field(default_factory=dict)


class Kinds:
    """What was counted, by the number of a kind. Exemplars are those of a `Slot`."""

    def __init__(self, path: str) -> None:
        self._path, self._seed = path, seed_of(path)
        self._kinds: list[_Kind] = []
        self._first, self._low = (np.full(0, _NEVER, np.int64) for _ in range(2))
        self._last, self._number, self._block = (np.full(0, -1, np.int64) for _ in range(3))
        self._recent: dict[int, Lines] = {}
        self._blocks = 0
        self._drawn = np.full(0, 0, np.uint64)
        self._pending: dict[int, Ints] = {}

    def __len__(self) -> int:
        return len(self._kinds)

    def new(self, template: Said, level: str) -> int:
        """The number of a kind of lines that was not seen before."""
        self._kinds.append(_Kind(template, level))
        return len(self._kinds) - 1

    def count(self, found: Lines, kinds: Ints, numbers: Ints, times: Ints) -> None:
        """Count lines of these kinds and numbers; their times (µs since 1970) do not fall."""
        self._grow()
        minutes = times // MINUTE
        edges = [0, *(np.flatnonzero(minutes[1:] != minutes[:-1]) + 1).tolist(), len(numbers)]
        for low, high in pairwise(edges):
            part = slice(low, high)
            self._count_minute(int(minutes[low]), found, kinds[part], numbers[part], times[part])
        self._end(found, kinds, numbers, times)
        for minute in [one for one in self._pending if one != minutes[-1]]:
            self._settle(minute)

    def _end(self, found: Lines, kinds: Ints, numbers: Ints, times: Ints) -> None:
        """Remember the last line of each kind; of equal times that of the later block, which lies further on."""
        last = np.full(len(self._kinds), -1, np.int64)
        last[kinds] = np.arange(len(kinds))  # of the same kind, the last one stays
        seen = np.flatnonzero(last >= 0)
        seen = seen[times[last[seen]] >= self._last[seen]]
        self._last[seen], self._number[seen], self._block[seen] = times[last[seen]], numbers[last[seen]], self._blocks
        self._recent[self._blocks] = found
        self._blocks += 1
        if len(self._recent) > RECENT:
            self._leave(next(iter(self._recent)))

    def _leave(self, block: int) -> None:
        """Keep the lines that are still the last of their kind, since their block is let go."""
        found = self._recent.pop(block)
        for kind in np.flatnonzero(self._block == block).tolist():
            self._kinds[kind].last = self._mark(found, int(self._number[kind]), int(self._last[kind]))

    def _count_minute(self, minute: int, found: Lines, kinds: Ints, numbers: Ints, times: Ints) -> None:
        counts = np.bincount(kinds, minlength=len(self._kinds))
        known = self._pending.get(minute)
        if known is not None:
            counts[: len(known)] += known
        self._pending[minute] = counts
        drawn, begun = np.uint64(lot(self._seed, minute)), times[0]
        lower = (drawn < self._drawn[kinds]) | ((drawn == self._drawn[kinds]) & (begun < self._low[kinds]))
        wanted = np.flatnonzero(lower | (begun < self._first[kinds]))
        for index in wanted[np.unique(kinds[wanted], return_index=True)[1]].tolist():
            self._keep(int(kinds[index]), self._mark(found, int(numbers[index]), int(times[index])), drawn)

    def _keep(self, number: int, mark: Mark, drawn: np.uint64) -> None:
        kind = self._kinds[number]
        if kind.first is None or _place(mark) < _place(kind.first):
            kind.first, self._first[number] = mark, mark.at
        before = (self._drawn[number], _place(kind.low)) if kind.low else None
        if before is None or (drawn, _place(mark)) < before:
            kind.low, self._low[number], self._drawn[number] = mark, mark.at, drawn

    def _settle(self, minute: int) -> None:
        counts = self._pending.pop(minute)
        kinds = np.flatnonzero(counts)
        for kind, count in zip(kinds.tolist(), counts[kinds].tolist(), strict=True):
            minutes = self._kinds[kind].minutes
            minutes[minute] = minutes.get(minute, 0) + count

    def _mark(self, found: Lines, number: int, time: int) -> Mark:
        offset, place = found.where(number)
        return Mark(time, self._path, offset, place, found.raw(number))

    def _grow(self) -> None:
        more = len(self._kinds) - len(self._first)
        if more > 0:
            more += len(self._first)
            self._first, self._low = (np.append(one, np.full(more, _NEVER)) for one in (self._first, self._low))
            self._last, self._number, self._block = (
                np.append(one, np.full(more, -1)) for one in (self._last, self._number, self._block)
            )
            self._drawn = np.append(self._drawn, np.full(more, np.iinfo(np.uint64).max, np.uint64))

    def slots(self) -> "list[tuple[Said, Slot]]":
        """What was counted, a slot for each kind that was, with its template."""
        for minute in list(self._pending):
            self._settle(minute)
        for block in list(self._recent):
            self._leave(block)
        found = []
        for kind in self._kinds:
            if kind.first and kind.last and kind.low:
                slot = Slot("", kind.level, kind.low, lot(self._seed, kind.low.at // MINUTE))
                slot.first, slot.last, slot.minutes = kind.first, kind.last, kind.minutes
                found.append((kind.template, slot))
        return found


def _place(mark: Mark) -> tuple[int, str, int]:
    return mark[:3]
