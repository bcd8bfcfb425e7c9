"""A zstd file of several frames, read at any byte: what a look needs is unpacked, and no more."""

import os
from bisect import bisect_right

import zstandard

from pipeline.logs.frames import Frame
from pipeline.logs.lines import Span

LARGE = 1 << 26  # bytes of a frame that are too many to be unpacked for a look


def searchable(found: list[Frame]) -> bool:
    """Whether a file of these frames can be read at any byte."""
    return len(found) > 1 and all(0 <= frame.content <= LARGE for frame in found)


class Framed:
    """A zstd file of frames whose sizes are known, read at any byte (an Access)."""

    def __init__(self, path: str, descriptor: int, packed: int, found: list[Frame]) -> None:
        self._path, self._descriptor, self._packed = path, descriptor, packed
        self._frames = [frame for frame in found if frame.content]
        self._bases, self.size = [], 0
        for frame in self._frames:
            self._bases.append(self.size)
            self.size += frame.content
        self._known: tuple[int, bytes] = (-1, b"")

    def read(self, offset: int, size: int) -> bytes:
        parts = []
        while size > 0 and offset < self.size:
            number = self._at(offset)
            inner = offset - self._bases[number]
            part = self._content(number, inner + size)[inner : inner + size]
            if not part:
                break
            parts.append(part)
            offset, size = offset + len(part), size - len(part)
        return b"".join(parts)

    def snap(self, offset: int, low: int, high: int) -> int:
        """The start of a frame, as long as there is one to choose."""
        if self._at(low) == self._at(high - 1):
            return offset
        number = self._at(offset)
        if self._bases[number] <= low:
            number += 1
        return self._bases[number] if number < len(self._bases) and self._bases[number] < high else offset

    def span(self, start: int, end: int) -> Span:
        number = self._at(start)
        return Span(self._path, start, end, "zstd", self._frames[number].start, self._bases[number])

    def skipped(self, start: int, end: int) -> int:
        first, last = self._frames[self._at(start)], self._frames[self._at(max(end - 1, start))]
        return self._packed - (last.end - first.start)

    def _at(self, offset: int) -> int:
        return bisect_right(self._bases, offset) - 1

    def _content(self, number: int, upto: int) -> bytes:
        """A frame's content, at least so many bytes of it; the last frame is remembered."""
        frame = self._frames[number]
        upto = min(upto, frame.content)
        if self._known[0] != number or len(self._known[1]) < upto:
            # its first block for a look at its start, else all of it
            wanted = upto if upto <= zstandard.BLOCKSIZE_MAX else frame.content
            packed = os.pread(self._descriptor, frame.end - frame.start, frame.start)
            with zstandard.ZstdDecompressor().stream_reader(packed) as stream:
                self._known = (number, stream.read(wanted))
        return self._known[1]
