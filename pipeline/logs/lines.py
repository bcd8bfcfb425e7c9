"""Bytes of one file as lines: plain, gzip or zstd; whatever its size or a line's length, in bounded memory."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

import zstandard

BLOCK = 1 << 18
KEEP = 1 << 16  # bytes of one line, characters of one record, that are kept
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)

Fault = Callable[[str, str], None]  # (kind of notice, what is wrong)


class Line(NamedTuple):
    """`offset` counts bytes of the decompressed stream, `number` from 1; `dropped` bytes were too many to keep."""

    offset: int
    number: int
    raw: bytes
    dropped: int


def lines(path: str, fault: Fault) -> Iterator[Line]:
    """The lines of a file; what stops the reading is told to `fault`, and what came before it counts."""
    return _split(_blocks(path, fault), fault)


def _blocks(path: str, fault: Fault) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (paths stay as the connector wrote them)
            magic = file.read(4)
            file.seek(0)
            if magic[:2] == _GZIP:
                yield from _gunzip(file)
            elif magic == _ZSTD or (magic[1:] == b"\x2a\x4d\x18" and magic[0] >> 4 == 5):
                yield from _unzstd(file)
            else:
                yield from _plain(file)
    except _DAMAGE as problem:
        fault("cut-short", f"ends early or is damaged ({problem}); what came before counts")
    except OSError as problem:
        fault("unreadable", f"cannot be read ({problem.strerror or problem})")


def _plain(file: IO[bytes]) -> Iterator[bytes]:
    """As many bytes as the file had when it was opened: a file that grows meanwhile is no moving target."""
    left = os.fstat(file.fileno()).st_size
    while left > 0:
        block = file.read(min(BLOCK, left))
        if not block:
            raise EOFError(f"{left:,} bytes vanished while it was read")
        left -= len(block)
        yield block


def _gunzip(file: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as stream:
        while block := stream.read1(BLOCK):  # read() would drop the last good bytes of a damaged file
            yield block


def _unzstd(file: IO[bytes]) -> Iterator[bytes]:
    with zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True, closefd=False) as stream:
        while block := stream.read1(BLOCK):
            yield block
    if not _whole_zstd(file):  # the reader ends a cut frame without a word
        raise EOFError("a zstd frame is cut")


def _whole_zstd(file: IO[bytes]) -> bool:
    """Whether the last frame is complete, walked by block headers alone (RFC 8878, section 3)."""
    size = os.fstat(file.fileno()).st_size
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(18)
        if len(head) < 8:
            return False
        if head[:4] != _ZSTD:
            at += 8 + int.from_bytes(head[4:8], "little")
            continue
        flags = head[4]
        single = flags >> 5 & 1
        content = (single, 2, 4, 8)[flags >> 6]
        at += 5 + (1 - single) + (0, 1, 2, 4)[flags & 3] + content
        last = 0
        while not last:
            file.seek(at)
            header = file.read(3)
            if len(header) < 3:
                return False
            value = int.from_bytes(header, "little")
            last = value & 1
            at += 3 + (1 if value >> 1 & 3 == 1 else value >> 3)
        at += 4 * (flags >> 2 & 1)
    return at == size


def _split(blocks: Iterator[bytes], fault: Fault) -> Iterator[Line]:
    start, number, size, kept = 0, 1, 0, b""  # of the line that is still open; leading NULs are not part of it
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
            start, number, size, kept = start + size + 1, number + 1, 0, b""
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
