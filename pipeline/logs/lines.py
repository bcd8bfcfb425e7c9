"""Bytes of one file as lines: plain, gzip or zstd; whatever its size or a line's length, in bounded memory."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, NamedTuple

import zstandard

from pipeline.logs.frames import walked

BLOCK = 1 << 18
BULK = 1 << 20  # bytes of lines that are counted together
KEEP = 1 << 16  # bytes of one line, characters of one record, that are kept
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)

Fault = Callable[[str, str], None]  # (kind of notice, what is wrong)


class Line(NamedTuple):
    """`offset` counts bytes of the unpacked stream, `number` from 1, or is 0 where the lines before were not read.

    `dropped` bytes were too many to keep.
    """

    offset: int
    number: int
    raw: bytes
    dropped: int


class Block(NamedTuple):
    """Whole lines, as they lie in a file, each with its end; `offset` and `number` are those of the first."""

    offset: int
    number: int
    data: bytes

    def lines(self) -> Iterator[Line]:
        offset, number = self.offset, self.number
        for piece in self.data.split(b"\n")[:-1]:
            yield Line(offset, number, piece[:KEEP], max(len(piece) - KEEP, 0))
            offset, number = offset + len(piece) + 1, number + bool(number)


class Span(NamedTuple):
    """A part of a file to read. `start` and `end` count bytes of the unpacked stream and are starts of lines.

    `end` None is the end of the stream. Unpacking begins at byte `at` of the file, where the stream stands at `base`.
    """

    path: str
    start: int = 0
    end: int | None = None
    packing: str = ""  # "", "gzip", "zstd"
    at: int = 0
    base: int = 0


def packing(magic: bytes) -> str:
    """How a file that begins with these four bytes is packed."""
    if magic[:2] == _GZIP:
        return "gzip"
    return "zstd" if magic == _ZSTD or (magic[1:] == b"\x2a\x4d\x18" and magic[0] >> 4 == 5) else ""


def whole(path: str) -> Span:
    """All of a file. A plain file ends where it ends now: one that grows is no moving target. OSError passes."""
    with open(path, "rb") as file:  # noqa: PTH123 (paths stay as the connector wrote them)
        packed = packing(file.read(4))
        return Span(path, 0, None if packed else os.fstat(file.fileno()).st_size, packed)


def lines(span: Span, fault: Fault) -> Iterator[Line]:
    """The lines of a span; what stops the reading is told to `fault`, and what came before it counts."""
    cutter = _Cutter(span.start, fault)
    for block in blocks(span, fault):
        yield from cutter.feed(block)
    yield from cutter.rest()


def cut(span: Span, fault: Fault, numbered: bool = False) -> Iterator[Block | Line]:
    """The same lines in the same order, where they can be in blocks of whole lines.

    With `numbered` they are counted from 1 even where the span does not begin the file.
    """
    cutter = _Cutter(span.start, fault, numbered)
    waiting: list[bytes] = []
    for block in chain(blocks(span, fault), (b"",)):
        waiting.append(block)
        if block and sum(map(len, waiting)) < BULK:
            continue
        data = b"".join(waiting)
        waiting.clear()
        whole, data = cutter.block(data)
        if whole:
            yield whole
        yield from cutter.feed(data)
    yield from cutter.rest()


def blocks(span: Span, fault: Fault) -> Iterator[bytes]:
    """The bytes of a span, unpacked, in blocks of at most BLOCK; what stops the reading is told to `fault`."""
    try:
        with open(span.path, "rb") as file:  # noqa: PTH123
            if not span.packing:
                yield from _plain(file, span)
            else:
                file.seek(span.at)
                unpacked = _gunzip(file) if span.packing == "gzip" else _unzstd(file, span.end is None)
                yield from _clipped(unpacked, span)
    except DAMAGE as problem:
        fault("cut-short", f"ends early or is damaged ({problem}); what came before counts")
    except OSError as problem:
        fault("unreadable", f"cannot be read ({problem.strerror or problem})")


def _plain(file: IO[bytes], span: Span) -> Iterator[bytes]:
    file.seek(span.start)
    left = (os.fstat(file.fileno()).st_size if span.end is None else span.end) - span.start
    while left > 0:
        block = file.read(min(BLOCK, left))
        if not block:
            raise EOFError(f"{left:,} bytes vanished while it was read")
        left -= len(block)
        yield block


def _clipped(unpacked: Iterator[bytes], span: Span) -> Iterator[bytes]:
    """The blocks between a span's start and end, of a stream that begins at its base."""
    at = span.base
    for block in unpacked:
        low, high = max(span.start - at, 0), len(block) if span.end is None else span.end - at
        at += len(block)
        if low < len(block):
            yield block if low == 0 and high >= len(block) else block[low:high]
        if high <= len(block) and span.end is not None:
            return


def _gunzip(file: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as stream:
        while block := stream.read1(BLOCK):  # read() would drop the last good bytes of a damaged file
            yield block


def _unzstd(file: IO[bytes], to_the_end: bool) -> Iterator[bytes]:
    with zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=False) as stream:
        while block := stream.read1(BLOCK):
            yield block
    if to_the_end:  # the reader ends a cut frame without a word
        for _ in walked(file.fileno(), os.fstat(file.fileno()).st_size):
            pass


class _Cutter:
    """Cuts what is fed into lines; of a line that is still open it keeps KEEP bytes. Leading NULs are no part of it."""

    def __init__(self, start: int, fault: Fault, numbered: bool = False) -> None:
        self._start, self._fault = start, fault
        self._step = 1 if numbered or not start else 0  # how many lines were skipped is not known
        self._number, self._size, self._kept = self._step, 0, b""

    def block(self, data: bytes) -> tuple[Block | None, bytes]:
        """The whole lines that data ends, if they are as they lie in the file, and what is left of it."""
        end = data.rfind(b"\n") + 1
        if not end or self._size > len(self._kept) or b"\0" in data or b"\0" in self._kept:
            return None, data
        block = Block(self._start, self._number, self._kept + data[:end])
        self._start += len(block.data)
        self._number += self._step and block.data.count(b"\n")
        self._size, self._kept = 0, b""
        return block, data[end:]

    def feed(self, data: bytes) -> Iterator[Line]:
        """The lines that data ends."""
        pieces = data.split(b"\n")
        tail = pieces.pop()
        for piece in pieces:
            self._add(piece)
            yield self._line()
        self._add(tail)

    def rest(self) -> Iterator[Line]:
        """The last line, which no newline ends."""
        if self._size:
            yield self._line()

    def _add(self, piece: bytes) -> None:
        if not self._size and piece[:1] == b"\0":
            self._start, piece = _without_nuls(self._start, piece, self._fault)
        self._size += len(piece)
        self._kept += piece[: KEEP - len(self._kept)]

    def _line(self) -> Line:
        line = Line(self._start, self._number, self._kept, self._size - len(self._kept))
        self._start += self._size + 1
        self._number += self._step
        self._size, self._kept = 0, b""
        return line


def _without_nuls(start: int, piece: bytes, fault: Fault) -> tuple[int, bytes]:
    fault("nul-bytes", "holds NUL bytes, as a file does that was cut while it was written to; they are left out")
    text = piece.lstrip(b"\0")
    return start + len(piece) - len(text), text
