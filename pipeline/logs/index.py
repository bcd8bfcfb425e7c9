"""What a packed file that can only be read from its start holds where: found once, then kept in the user's cache.

An index has numbers only: byte offsets and times, never text. It is made by unpacking the file once, and counts as long
as the file's path, size, time of change and inode stay, and what is stated of its times.
"""

import hashlib
import json
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple

import zstandard

from pipeline import times
from pipeline.logs.formats import Format
from pipeline.logs.frames import frames
from pipeline.logs.lines import BLOCK, KEEP
from pipeline.logs.stamps import YEARLESS, Clock
from pipeline.logs.window_search import Mark, line_time
from pipeline.writing import write_whole

VERSION = 1
SPACING = 1 << 18  # unpacked bytes between two marks
TRIED = 200  # lines of a block that are looked at for a time
FORGOTTEN = 30 * 86400  # seconds after which an index that nobody used goes


class Piece(NamedTuple):
    """Some of an unpacked stream; `entry` is the byte of the file where unpacking may begin with it, else -1."""

    data: bytes
    entry: int
    read: int


@dataclass(frozen=True, slots=True)
class Index:
    """`marks` are lines with a time, each with how much of the file was read by then; the last is the file's last.

    `entries` are places where unpacking may begin: byte of the file, byte of the stream.
    """

    marks: list[tuple[Mark, int]]
    entries: list[tuple[int, int]]
    fresh: bool = False

    def entry(self, offset: int) -> tuple[int, int]:
        """The nearest place before an offset of the stream."""
        return max((one for one in self.entries if one[1] <= offset), key=lambda one: one[1])


def index(path: str, packing: str, form: Format, clock: Clock, stated: str) -> Index:
    """The index of a file, from the cache or made now. DAMAGE or OSError where it cannot be unpacked."""
    with open(path, "rb") as file:  # noqa: PTH123 (paths stay as the connector wrote them)
        place = _place(file, path, f"{form.name} {stated}")
        known = _load(place)
        if known:
            return known
        made = _made(_gzip(file) if packing == "gzip" else _zstd(file), form, clock)
        if YEARLESS not in clock.seen:  # such a time depends on the window
            _keep(place, made)
    return made


def _made(pieces: Iterator[Piece], form: Format, clock: Clock) -> Index:
    marks: list[tuple[Mark, int]] = []
    entries: list[tuple[int, int]] = []
    offset, due, tail, read = 0, 0, b"", 0
    for data, entry, read in pieces:
        if entry >= 0 and (not entries or offset - entries[-1][1] >= SPACING):
            entries.append((entry, offset))
        if offset >= due and (mark := _first(data, offset, form, clock)):
            marks.append((mark, read))
            due = mark.offset + SPACING
        offset += len(data)
        tail = (tail + data)[-KEEP:]
    if marks and (last := _last(tail, offset, form, clock)):
        marks.append((last, read))
    return Index(marks, entries, fresh=True)


def _first(data: bytes, offset: int, form: Format, clock: Clock) -> Mark | None:
    """The first line of a block that has a time; lines that the block cuts are left out."""
    start = 0 if offset == 0 else data.find(b"\n") + 1
    if offset and not start:
        return None
    for _ in range(TRIED):
        end = data.find(b"\n", start)
        if end < 0:
            return None
        at = line_time(offset + start, data[start:end], form, clock)
        if at is not None:
            return Mark(offset + start, at)
        start = end + 1
    return None


def _last(tail: bytes, size: int, form: Format, clock: Clock) -> Mark | None:
    for line in reversed(tail.split(b"\n")[1:]):
        size -= len(line)
        at = line_time(size, line, form, clock)
        if at is not None:
            return Mark(size, at)
        size -= 1
    return None


def _gzip(file: IO[bytes]) -> Iterator[Piece]:
    """A gzip file, member by member; zeros may fill it up."""
    waiting, member, entry = b"", None, 0
    while True:
        waiting = waiting or file.read(BLOCK)
        if member is None or member.eof:
            if member is not None:
                waiting = waiting.lstrip(b"\0")
            if not waiting and not (waiting := file.read(BLOCK)):
                return
            if waiting[:1] == b"\0":
                continue
            member, entry = zlib.decompressobj(31), file.tell() - len(waiting)
        ended = not waiting
        data = member.decompress(waiting, BLOCK)
        waiting = member.unused_data if member.eof else member.unconsumed_tail
        if ended and not data and not member.eof:
            raise EOFError("a gzip member is cut")
        if data:
            yield Piece(data, entry, file.tell() - len(waiting))
            entry = -1


def _zstd(file: IO[bytes]) -> Iterator[Piece]:
    for frame in frames(file.fileno(), os.fstat(file.fileno()).st_size):
        file.seek(frame.start)
        part, entry = _Part(file, frame.end - frame.start), frame.start
        with zstandard.ZstdDecompressor().stream_reader(part) as stream:  # type: ignore[arg-type]  # it only reads
            while data := stream.read1(BLOCK):
                yield Piece(data, entry, frame.end - part.left)
                entry = -1


class _Part:
    """So many bytes of a file: zstandard's reader goes on after the end of a frame, even where it is not asked to."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self._file, self.left = file, left

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self.left))
        self.left -= len(data)
        return data


def _place(file: IO[bytes], path: str, stated: str) -> Path:
    status = os.fstat(file.fileno())
    key = (VERSION, os.path.realpath(path), status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev, stated)
    name = hashlib.sha256(repr(key).encode(errors="surrogateescape")).hexdigest()[:32]
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(cache) / "befell" / "logs" / f"{name}.json"


def _load(place: Path) -> Index | None:
    try:
        marks, entries = json.loads(place.read_bytes())
        found = [(Mark(offset, times.from_epoch(at / 1e6)), read) for offset, at, read in marks]
        known = Index(found, [(at, base) for at, base in entries])
        place.touch()
    except (OSError, ValueError, TypeError):
        return None
    return known


def _keep(place: Path, made: Index) -> None:
    """Best effort: a cache that cannot be written to only costs time."""
    marks = [(mark.offset, _micros(mark.at), read) for mark, read in made.marks]
    try:
        write_whole(place, json.dumps([marks, made.entries], separators=(",", ":")).encode())
        for other in place.parent.iterdir():
            if time.time() - other.stat().st_mtime > FORGOTTEN:
                other.unlink()
    except OSError:
        return


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1e6)
