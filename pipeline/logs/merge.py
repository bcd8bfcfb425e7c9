"""The records of several ordered files of one source in one order of time; memory does not grow with the files.

Counting needs no order, and `reduce` takes file after file: this is for a reader who does.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from operator import itemgetter

from pipeline.incident import Window
from pipeline.logs.lines import Fault, Span, blocks, lines
from pipeline.logs.stated import Stated
from pipeline.logs.window import SAMPLE, Plan
from pipeline.logs.window_search import line_time

LONGEST = 1 << 20  # bytes of a line that are kept; of a record that wait for more of its lines
_STAMP = re.compile(rb"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(?:([.,])(\d{1,9}))?(Z|[+-]\d\d:\d\d)?(?![\d:.,+-])")
_DAY = 11  # bytes of a stamp that stay the same all day
END = (b"\xff", 0)  # after every time
_UTC = b"0001-01-01T00:00:00.000000Z"


class Layout:
    """How the lines of files write their times, where all do alike: then bytes compare as times do."""

    def __init__(self, stamp: bytes, stated: Stated) -> None:
        self.stamp = stamp
        self.key: Callable[[bytes], bytes] = itemgetter(slice(0, len(stamp)))
        self._ahead = timedelta(seconds=stated.source.clock_offset_s)
        self._zone = datetime.fromisoformat(stamp.decode()).tzinfo or stated.zone or UTC
        found = _STAMP.fullmatch(stamp)
        assert found is not None
        between, self._point, digits, self._end = (part.decode() for part in found.groups(b""))
        self._digits, self._clock = len(digits), f"%Y-%m-%d{between}%H:%M:%S"

    def matches(self, line: bytes) -> bool:
        found = _STAMP.match(line)
        return found is not None and _shape(found[0]) == _shape(self.stamp)

    def written(self, at: datetime) -> bytes:
        """A time as these lines would write it."""
        local = (at + self._ahead).astimezone(self._zone)
        fraction = f"{local.microsecond:06}000"[: self._digits]
        return f"{local.strftime(self._clock)}{self._point}{fraction}{self._end}".encode()


def _shape(stamp: bytes) -> tuple[bytes, bytes, int, bytes]:
    found = _STAMP.match(stamp)
    between, point, digits, end = found.groups(b"") if found else (b"", b"", b"", b"")
    return between, point, len(digits), end


def merged(plans: Sequence[Plan], stated: Stated, window: Window, fault: Fault) -> Iterator[list[bytes]]:
    """The records of these files in the order of their times, some at a time; equal times in the order of the files.

    A line without a time belongs to the record before it. Slight disorder of a file is mended as far as a block
    reaches; of a line longer than LONGEST the rest is left out.
    """
    spans = [(span, plan) for plan in plans for span in plan.spans]
    layout = _layout([span for span, _ in spans], stated, fault)
    feeds = [_Feed(span, plan, layout, stated, window, fault) for span, plan in spans]
    while feeds := [feed for feed in feeds if feed.filled()]:
        # up to where the first file's block ends; of equal times those of the files after it wait for the rest of it
        bound, least = min(((feed.last(), number) for number, feed in enumerate(feeds) if not feed.ended), default=END)
        taken = [feed.taken(bound, number - least) for number, feed in enumerate(feeds)]
        if all(keys is None for _, keys in taken):
            batch = list(chain.from_iterable(records for records, _ in taken))
            batch.sort(key=layout.key)
        else:
            pairs = [
                pair for records, keys in taken for pair in zip(keys or map(layout.key, records), records, strict=True)
            ]
            pairs.sort(key=itemgetter(0))
            batch = [record for _, record in pairs]
        if batch:
            yield batch


def _layout(spans: Sequence[Span], stated: Stated, fault: Fault) -> Layout:
    """The one in which all the first lines of all files are, or UTC."""
    first: Layout | None = None
    for span in spans:
        for line in islice(lines(span, fault), SAMPLE):
            found = _STAMP.match(line.raw)
            first = first or (Layout(found[0], stated) if found else None)
            if first is None or (found and not first.matches(line.raw)):
                return Layout(_UTC, stated)
    return first or Layout(_UTC, stated)


class _Feed:
    """One file's records, a block at a time. Where all lines of a block begin with a stamp, keys are cut from them."""

    def __init__(self, span: Span, plan: Plan, layout: Layout, stated: Stated, window: Window, fault: Fault) -> None:
        self._blocks, self._layout, self._form = blocks(span, fault), layout, plan.form
        self._clock, self._key = stated.clock(window), b""
        self._rest, self.ended = b"", False
        self._records: list[bytes] = []
        self._keys: list[bytes] | None = None

    def filled(self) -> bool:
        """Whether there is a record, after another block was read if none was left."""
        while not self._records and not self.ended:
            block = next(self._blocks, None)
            self.ended = block is None
            self._read(self._rest + (block or b""))
        return bool(self._records)

    def last(self) -> bytes:
        return self._keys[-1] if self._keys is not None else self._layout.key(self._records[-1])

    def taken(self, bound: bytes, after: int) -> tuple[list[bytes], list[bytes] | None]:
        """The records up to a key, and their keys where they cannot be cut from them.

        `after` is 0 for the file that the key is of, below it for files before that one.
        """
        records, keys = self._records, self._keys
        bisect = bisect_left if after > 0 else bisect_right
        if after == 0 or self.last() < bound:
            count = len(records)
        elif keys is None:
            count = bisect(records, bound, key=self._layout.key)
        else:
            count = bisect(keys, bound)
        self._records, self._keys = records[count:], keys and keys[count:]
        return records[:count], keys and keys[:count]

    def _read(self, data: bytes) -> None:
        """Cut a block into records; the last one stays open, since more of its lines may come yet."""
        found = data.split(b"\n")
        open_line = found.pop()
        if self.ended and open_line:
            found.append(open_line)
            open_line = b""
        day = b"\n" + data[:_DAY]
        if self._layout.matches(data) and data.count(day, 0, len(data) - len(open_line)) == len(found) - 1:
            keys = None
        else:
            keys, found = self._glued(found)
        self._rest = open_line[:LONGEST]
        if found and not self.ended and len(found[-1]) < LONGEST:
            self._rest = found.pop() + b"\n" + self._rest
            keys = keys and keys[:-1]
        self._records, self._keys = found, keys

    def _glued(self, found: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
        keys: list[bytes] = []
        records: list[list[bytes]] = []
        for line in found:
            at = line_time(1, line, self._form, self._clock)
            if at is not None or not records:
                self._key = self._key if at is None else self._layout.written(at)
                keys.append(self._key)
                records.append([])
            records[-1].append(line)
        return keys, [b"\n".join(record) for record in records]
