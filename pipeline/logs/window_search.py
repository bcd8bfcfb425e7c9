"""Where in a file that is in the order of time a window begins and ends: binary search over byte offsets."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from pipeline.incident import Window
from pipeline.logs.formats import Format, anything
from pipeline.logs.lines import KEEP, Span
from pipeline.logs.stamps import Clock

LOOK = 4096  # bytes that are looked at first
LOST = 1 << 18  # bytes without a line that has a time, after which a look gives up
NEAR = 4096  # bytes that are rather read than searched
SAMPLES = 32  # places, spread over a file, whose times must rise
ALWAYS = datetime.min.replace(tzinfo=UTC)


class Mark(NamedTuple):
    """A line with a time of its own."""

    offset: int
    at: datetime


class Access(Protocol):
    """A file that can be read at any byte of its unpacked stream."""

    size: int

    def read(self, offset: int, size: int) -> bytes:
        """At most so many bytes; none at the end, or where the file has shrunk."""
        ...

    def snap(self, offset: int, low: int, high: int) -> int:
        """A place between low and high that is cheap to read, near an offset."""
        ...

    def span(self, start: int, end: int) -> Span: ...

    def skipped(self, start: int, end: int) -> int:
        """How many bytes of the file are not read for that span."""
        ...


class Plain:
    """A file that is not packed, by its open descriptor."""

    def __init__(self, path: str, descriptor: int, size: int) -> None:
        self._path, self._descriptor, self.size = path, descriptor, size

    def read(self, offset: int, size: int) -> bytes:
        return os.pread(self._descriptor, min(size, max(self.size - offset, 0)), offset)

    def snap(self, offset: int, low: int, high: int) -> int:  # noqa: ARG002
        return offset

    def span(self, start: int, end: int) -> Span:
        return Span(self._path, start, end)

    def skipped(self, start: int, end: int) -> int:
        return self.size - (end - start)


class Search:
    """The search of one file. `marks` holds every time that was seen on the way."""

    def __init__(self, access: Access, form: Format, clock: Clock) -> None:
        self._access, self._form, self._clock = access, form, clock
        self.marks: dict[int, datetime] = {}

    def first(self) -> Mark | None:
        return self._mark(0, self._access.size)

    def last(self) -> Mark | None:
        """The last line with a time, if it is near the end."""
        size = self._access.size
        for back in (LOOK, LOOK * 16, LOOK * 256):
            start = max(size - back, 0)
            first, *pieces = self._access.read(start, size - start).split(b"\n")
            if not start:
                pieces.insert(0, first)
            offset = size
            for piece in reversed(pieces):
                offset -= len(piece)
                if (at := self._time(offset, piece)) is not None:
                    self.marks[offset] = at
                    return Mark(offset, at)
                offset -= 1
        return None

    def sample(self) -> None:
        """Look at places spread over the file."""
        size = self._access.size
        for number in range(1, SAMPLES):
            offset = self._access.snap(size * number // SAMPLES, 0, size)
            self._mark(offset, size)

    def window(self, first: Mark, wide: Window) -> tuple[int, int]:
        """The bytes that hold every record of a window, given with the reach of disorder on both sides."""
        start, size = 0, self._access.size
        if first.at < wide.start:
            start, _ = self._border(first.offset, size, wide.start)
        _, end = self._border(max(start, first.offset), size, wide.end)
        return start, end

    def ordered(self, disorder: timedelta) -> bool:
        return ordered((Mark(*pair) for pair in sorted(self.marks.items())), disorder)

    def _border(self, low: int, high: int, limit: datetime) -> tuple[int, int]:
        """Two lines with a time, near each other: the first is before the limit, the second (or the end) is not."""
        after = high
        while high - low > NEAR:
            middle = self._access.snap((low + high) // 2, low, high)
            mark, step = self._mark(middle, high), middle
            while mark is None and high - step > LOST:  # a long stretch without times: look behind it
                step = self._access.snap((step + high) // 2, step, high)
                mark = self._mark(step, high)
            if mark is None:
                high = middle
            elif mark.at < limit:
                low = mark.offset
            else:
                high, after = step, mark.offset
        return low, after

    def _mark(self, offset: int, limit: int) -> Mark | None:
        """The first line with a time that begins after an offset and before a limit."""
        start, data, size, lost = offset, b"", LOOK, 0  # data is what lies at start
        whole = offset == 0  # whether it begins with the start of a line
        while start < limit and lost < LOST:
            block = self._access.read(start + len(data), size)
            *pieces, tail = (data + block).split(b"\n")
            if not block or len(tail) > KEEP:  # the file's last line, or one too long to be kept
                pieces.append(tail)
            for piece in pieces:
                at = self._time(start, piece) if whole and start < limit else None
                if at is not None:
                    self.marks[start] = at
                    return Mark(start, at)
                start += len(piece) + 1
                whole = True
            if not block:
                return None
            if len(tail) > KEEP:
                start, tail, whole = start - 1, b"", False
            elif not whole:
                start, tail = start + len(tail), b""
            data, lost, size = tail, lost + len(block), LOOK * 16
        return None

    def _time(self, offset: int, raw: bytes) -> datetime | None:
        return line_time(offset, raw, self._form, self._clock)


def line_time(offset: int, raw: bytes, form: Format, clock: Clock) -> datetime | None:
    """The time that a line has of its own."""
    text = raw[:KEEP].lstrip(b"\0").decode(errors="replace").replace("\0", "\ufffd").rstrip("\r")
    if not offset:
        text = text.removeprefix("\ufeff")
    if not text or text.isspace():
        return None
    parsed = form.parse(text) or anything(text)
    try:
        return clock.at(parsed.when, (0, 0)) if parsed and parsed.when is not None else None
    except ValueError:
        return None


def ordered(marks: Iterable[Mark], disorder: timedelta) -> bool:
    """Whether no time is earlier than one before it by more than is allowed."""
    latest = ALWAYS
    for mark in marks:
        if latest - mark.at > disorder:
            return False
        latest = max(latest, mark.at)
    return True
