"""Blocks of lines counted at once: of the lines that are alike once masked, one is understood, and no more.

A line is counted so where its time is written as in the lines around it (`stamped`), where it begins a record whatever
came before it, and where the next line of its stream begins one too. All other lines go one by one through
`one_by_one`, which ends their records where such a line comes: together they say what `one_by_one` would say of all
lines.
"""

from collections.abc import Iterable
from itertools import repeat
from typing import Protocol

import numpy as np
import numpy.typing as npt

from pipeline.event import LogSource
from pipeline.logs.count import Counts, said_of
from pipeline.logs.formats import Format
from pipeline.logs.kinds import Kinds, Lines
from pipeline.logs.lines import KEEP, Block, Line
from pipeline.logs.masking import GONE, masked
from pipeline.logs.notes import Notes
from pipeline.logs.records import Text, begins
from pipeline.logs.stamped import Ints, Layout, Stamps, layout
from pipeline.logs.stamps import Clock
from pipeline.logs.summary import micros_of

FORMATS = ("text", "json", "docker", "cri", "logfmt")  # in which times may be written so
SAMPLE = 100  # lines that a layout is looked for in
KINDS = 100_000  # kinds of lines that are remembered
NEAR = 1 << 18
ALONE, OTHER, NEW = -1, -2, -3  # begins a record, but lines of its kind may differ; may go on with one; not known


class OneByOne(Protocol):
    def feed(self, lines: Iterable[Line]) -> None: ...

    def counted(self, streams: Iterable[str], at: int) -> None:
        """Records of these streams were counted in bulk, the last one of this time (µs since 1970)."""
        ...

    def spread(self, places: Ints, at: Ints) -> None:
        """Where lines begin that are counted in bulk, in the order of the file, and their times (µs since 1970)."""
        ...


class Bulk:
    """Counts the blocks of one file."""

    def __init__(self, source: LogSource, path: str, form: Format, counts: Counts, notes: Notes) -> None:
        self._source, self._path, self._form, self._counts, self._notes = source, path, form, counts, notes
        self._layout: Layout | None = None
        self._looked = 0  # how many more blocks come before a layout is looked for again
        self._numbers: dict[bytes, int] = {}
        self._kinds = Kinds(path)
        self._streams: dict[str, int] = {}
        self._of: list[int] = []  # the stream of each kind
        self._nested = False
        self._before: dict[str, tuple[bool, bool]] = {}  # whether the last two lines of a stream begin a record
        self._odd = False  # whether there were lines of no stream that is known

    def read(self, block: Block, clock: Clock, one_by_one: OneByOne) -> None:
        """Count the lines of a block, of which `one_by_one` takes those that are not alike."""
        found = _lines(block)
        stamps = found and self._stamps(found)
        if not found or not stamps:
            self.interrupt()
            one_by_one.feed(block.lines())
            return
        kinds = self._found_kinds(found, stamps)
        of = self._of_lines(kinds)
        at, bulk = self._timed(found, stamps, self._bulk(kinds, of), clock)
        one_by_one.spread(block.offset + found.starts[bulk], at[bulk])
        self._count(found, kinds, at, bulk)
        last = 0
        for number in np.flatnonzero(~bulk).tolist():
            self._tell(of[last:number], at[number - 1], one_by_one)
            one_by_one.feed((Line(*found.where(number), found.raw(number), 0),))
            last = number + 1
        self._tell(of[last:], at[-1], one_by_one)

    def _tell(self, of: Ints, at: int, one_by_one: OneByOne) -> None:
        if len(of):
            streams = self._streams
            one_by_one.counted([name for name in streams if len(streams) == 1 or (of == streams[name]).any()], int(at))

    def finish(self) -> None:
        """Add what was counted to the summaries."""
        for template, counted in self._kinds.slots():
            slot = self._counts.slot(self._source, template, counted.level, counted.low, counted.drawn, self._notes)
            slot.join(counted)
        self._kinds = Kinds(self._path)
        self._numbers.clear()
        self._of.clear()

    def interrupt(self) -> None:
        """A line came that is in no block."""
        self._before.clear()
        self._odd = True

    def _stamps(self, found: Lines) -> Stamps | None:
        """The times of the lines, if most have one that is written alike."""
        data, starts, ends = found.block.data, found.starts, found.ends
        stamps = self._layout and self._layout.read(data, starts, ends)
        if (not stamps or stamps.good.mean() < 0.5) and not self._looked:
            sample = (found.raw(number).decode() for number in range(min(SAMPLE, len(starts))))
            self._layout = layout(sample, self._form)
            stamps = self._layout and self._layout.read(data, starts, ends)
            self._looked = 16
        self._looked = max(self._looked - 1, 0)
        return stamps if stamps and stamps.good.mean() > 0.1 else None

    def _found_kinds(self, found: Lines, stamps: Stamps) -> Ints:
        """For each line the number of its kind, or ALONE, or OTHER."""
        if len(self._kinds) > KINDS:
            self.finish()
        known = self._numbers
        keys = _keys(found)
        kinds = np.fromiter(map(known.get, keys, repeat(NEW)), np.int64, len(keys))
        new = np.flatnonzero((kinds == NEW) & stamps.good).tolist()
        for number in new:
            if keys[number] not in known:
                known[keys[number]] = self._kind(keys[number], found, stamps, number)
            kinds[number] = known[keys[number]]
        kinds[~stamps.good] = OTHER
        return kinds

    def _kind(self, key: bytes, found: Lines, stamps: Stamps, number: int) -> int:
        """What a kind of lines is, by its first one."""
        text = found.raw(number).decode().rstrip("\r")
        parsed = self._form.parse(text)
        if not parsed or parsed.when != _when(found, stamps, number) or b"\\0" in key:
            return OTHER
        self._nested |= parsed.nested
        stream = self._streams.setdefault(parsed.stream, len(self._streams))
        record = begins(parsed, Text(*found.where(number), text, 0))
        if record is None:
            return OTHER if parsed.nested else ALONE
        self._of.append(stream)
        return self._kinds.new(*said_of(record))

    def _of_lines(self, kinds: Ints) -> Ints:
        """The stream of each line: OTHER where it may be any. Only a line that is in no stream can be ALONE."""
        of = np.array([*self._of, OTHER, self._streams.get("", OTHER)], np.int64)
        return of[np.where(kinds == ALONE, -1, np.where(kinds == OTHER, -2, kinds))]

    def _bulk(self, kinds: Ints, of: Ints) -> npt.NDArray[np.bool_]:
        """Which lines are whole records; the last one of a stream may go on in the next block."""
        bulk = kinds >= 0
        for stream, number in self._streams.items():
            places = np.flatnonzero((of == number) | (of == OTHER)) if len(self._streams) > 1 else slice(None)
            begin = kinds[places] >= ALONE
            if len(begin):
                whole = bulk[places] & np.append(begin[1:], False)
                if self._nested:  # what comes before may be a piece of a line, with it begin a trace that goes on here
                    two, one = self._before.get(stream, (not self._odd,) * 2)
                    before = np.concatenate(([two, one], begin))
                    whole &= before[:-2] & before[1:-1]
                    self._before[stream] = bool(before[-2]), bool(before[-1])
                bulk[places] = whole
        self._odd |= bool((kinds == OTHER).any())
        return bulk

    def _timed(
        self, found: Lines, stamps: Stamps, bulk: npt.NDArray[np.bool_], clock: Clock
    ) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """The times of lines in µs since 1970, and the lines without those whose minute is doubtful."""
        minutes, first, which, counts = np.unique(
            stamps.minute[bulk], return_index=True, return_inverse=True, return_counts=True
        )
        numbers = np.flatnonzero(bulk)
        starts = np.zeros(len(minutes), np.int64)
        for index, (number, count) in enumerate(zip(numbers[first].tolist(), counts.tolist(), strict=True)):
            offset, place = found.where(number)
            instant = clock.minute(_when(found, stamps, number), (place, offset), count)
            starts[index] = -1 if instant is None else micros_of(instant) - int(stamps.micros[number])
        times = np.full(len(bulk), -1, np.int64)
        times[bulk] = starts[which]
        kept = bulk & (times >= 0)
        return times + stamps.micros, kept

    def _count(self, found: Lines, kinds: Ints, at: Ints, bulk: npt.NDArray[np.bool_]) -> None:
        window, account = self._counts.window, self._counts.account
        numbers = np.flatnonzero(bulk & (at >= micros_of(window.start)) & (at < micros_of(window.end)))
        account.outside_window += int(np.count_nonzero(bulk)) - len(numbers)
        account.summarised += len(numbers)
        if not len(numbers):
            return
        times = at[numbers]
        if (times[1:] < times[:-1]).any():
            order = np.argsort(times, kind="stable")
            numbers, times = numbers[order], times[order]
        self._kinds.count(found, kinds[numbers], numbers, times)


def _lines(block: Block) -> Lines | None:
    """None for a block that is no UTF-8, or holds what masking needs for itself or a line too long to be kept."""
    data = block.data
    if GONE in data:
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 0x0A)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    return None if (ends - starts).max() > KEEP else Lines(block, starts, ends)


def _keys(found: Lines) -> list[bytes]:
    """The lines, masked; as many bytes at once as a processor keeps near."""
    data, parts, start = found.block.data, [], 0
    while start < len(data):
        end = data.find(b"\n", start + NEAR) + 1 or len(data)
        parts += masked(data[start : end - 1]).split(b"\n")
        start = end
    return parts


def _when(found: Lines, stamps: Stamps, number: int) -> str:
    """The time of a line, as written."""
    at = int(stamps.at[number])
    return found.block.data[at : at + int(stamps.size[number])].decode()
