"""Bytes of one file as lines: plain, gzip or zstd; whatever its size or a line's length, in bounded memory."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

import zstandard

from pipeline.logs.frames import walked

BLOCK = 1 << 18
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
    return _split(blocks(span, fault), span.start, fault)


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


def _split(blocks: Iterator[bytes], start: int, fault: Fault) -> Iterator[Line]:
    step = 0 if start else 1  # how many lines were skipped is not known
    number, size, kept = step, 0, b""  # of the line that is still open; leading NULs are not part of it
    for block in blocks:
        pieces = block.split(b"\n")
        tail = pieces.pop()
        for piece in pieces:
            if size:
                size += len(piece)
                kept += piece[: KEEP - len(kept)]
            else:
                if piece[:1] == b"\0":
                    start, piece = _without_nuls(start, piece, fault)
                size, kept = len(piece), piece[:KEEP]
            yield Line(start, number, kept, size - len(kept))
            start, number, size, kept = start + size + 1, number + step, 0, b""
        if tail[:1] == b"\0" and not size:
            start, tail = _without_nuls(start, tail, fault)
        size += len(tail)
        kept += tail[: KEEP - len(kept)]
    if size:
        yield Line(start, number, kept, size - len(kept))


def _without_nuls(start: int, piece: bytes, fault: Fault) -> tuple[int, bytes]:
    fault("nul-bytes", "holds NUL bytes, as a file does that was cut while it was written to; they are left out")
    text = piece.lstrip(b"\0")
    return start + len(piece) - len(text), text
