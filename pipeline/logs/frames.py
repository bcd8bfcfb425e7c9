"""The frames of a zstd file: where each begins, and how much it holds, without unpacking any (RFC 8878, section 3)."""

import os
from collections.abc import Iterator
from typing import NamedTuple

_MAGIC = b"\x28\xb5\x2f\xfd"
_SEEKABLE, _TABLE = b"\xb1\xea\x92\x8f", b"\x5e\x2a\x4d\x18"


class Frame(NamedTuple):
    """Where a frame begins and ends in the file; how many bytes it unpacks to, -1 where it does not say."""

    start: int
    end: int
    content: int


def frames(descriptor: int, size: int) -> list[Frame]:
    """All frames with content; EOFError where the file ends within one."""
    return _table(descriptor, size) or list(walked(descriptor, size))


def walked(descriptor: int, size: int) -> Iterator[Frame]:
    """The same, one by one, from header to header."""
    at = 0
    while at < size:
        start, head = at, os.pread(descriptor, 18, at)
        if len(head) < 8:
            raise EOFError("a zstd frame is cut")
        if head[:4] != _MAGIC:
            at += 8 + int.from_bytes(head[4:8], "little")
            continue
        flags, single = head[4], head[4] >> 5 & 1
        at += 5 + (1 - single) + (0, 1, 2, 4)[flags & 3]
        length = (single, 2, 4, 8)[flags >> 6]
        content = int.from_bytes(head[at - start : at - start + length], "little") + 256 * (length == 2)
        at += length
        last = 0
        while not last:
            header = os.pread(descriptor, 3, at)
            if len(header) < 3:
                raise EOFError("a zstd frame is cut")
            value = int.from_bytes(header, "little")
            last = value & 1
            at += 3 + (1 if value >> 1 & 3 == 1 else value >> 3)
        at += 4 * (flags >> 2 & 1)
        yield Frame(start, at, content if length else -1)
    if at != size:
        raise EOFError("a zstd frame is cut")


def _table(descriptor: int, size: int) -> list[Frame]:
    """By the table at the end of a file in zstd's seekable format; none where there is no such table."""
    foot = os.pread(descriptor, 9, max(size - 9, 0))
    if foot[5:] != _SEEKABLE:
        return []
    width = 12 if foot[4] >> 7 else 8
    length = 8 + width * int.from_bytes(foot[:4], "little") + 9
    table = os.pread(descriptor, length, max(size - length, 0))
    if table[:4] != _TABLE:
        return []
    found, at = [], 0
    for entry in range(8, length - 9, width):
        packed, content = (int.from_bytes(table[entry + part : entry + part + 4], "little") for part in (0, 4))
        if content:
            found.append(Frame(at, at + packed, content))
        at += packed
    return found if at + length == size else []
