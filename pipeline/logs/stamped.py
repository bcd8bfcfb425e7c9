"""The times of all lines of a block at once, where they are written alike: ISO, at the start or under one JSON key."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.logs.formats import Format

Ints = npt.NDArray[np.int64]
_ISO = re.compile(
    r"\d{4}([-/])\d\d[-/]\d\d([T ])\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(| ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)|[+-]\d\d)"
)
_KEY = re.compile(r'"[^"\\]+" ?: ?"$')
_SECONDS, _FRACTION, _BEYOND = 19, 9, 12  # bytes of a time up to its seconds, of a fraction, of a zone and what follows
_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
_MARKS = [4, 7, 10, 13, 16]
_MINUTE = 12  # of those digits tell the minute
_ZONES = np.frombuffer(b"ZUG+-", np.uint8)


@dataclass(frozen=True, slots=True)
class Stamps:
    """One entry a line: its minute as twelve digits, µs in it, where its time begins and how long it is.

    `good` is False where a line has no such time.
    """

    good: npt.NDArray[np.bool_]
    minute: Ints
    micros: Ints
    at: Ints
    size: Ints


@dataclass(frozen=True, slots=True)
class Layout:
    """How times are written: behind `key` of a JSON object, else at the start of a line."""

    key: bytes
    marks: bytes
    zone: bytes

    def read(self, data: bytes, starts: Ints, ends: Ints) -> Stamps:
        """The times of the lines between these bytes of a block."""
        raw = np.frombuffer(data + b"\n" * (_SECONDS + _FRACTION + _BEYOND + 2), np.uint8)
        at, good = self._places(data, raw, starts, ends)
        rows = _rows(raw, at, _SECONDS + _FRACTION + 2)
        numbers = rows - np.uint8(0x30)
        good &= (numbers[:, _DIGITS] < 10).all(axis=1)
        good &= (rows[:, _MARKS] == np.frombuffer(self.marks, np.uint8)).all(axis=1)
        minute = numbers[:, _DIGITS[:_MINUTE]].astype(np.int64) @ (10 ** np.arange(_MINUTE - 1, -1, -1, dtype=np.int64))
        seconds = numbers[:, 17].astype(np.int64) * 10 + numbers[:, 18]
        pointed = (rows[:, _SECONDS] == 0x2E) | (rows[:, _SECONDS] == 0x2C)
        behind = numbers[:, _SECONDS + 1 :] < 10
        behind[:, 0] &= pointed
        np.logical_and.accumulate(behind, axis=1, out=behind)
        count = behind.sum(axis=1)
        weights = 10 ** np.arange(5, -1, -1, dtype=np.int64)
        micros = seconds * 1_000_000 + (numbers[:, 20:26] * behind[:, :6]).astype(np.int64) @ weights
        size = _SECONDS + count + pointed
        good &= (seconds < 60) & (count <= _FRACTION) & (pointed == (count > 0))
        good &= self._ended(_rows(raw, np.minimum(at + size, len(data)), _BEYOND))
        size += len(self.zone)
        good &= at + size <= ends
        return Stamps(good, minute, micros, at, size)

    def _places(self, data: bytes, raw: npt.NDArray[np.uint8], starts: Ints, ends: Ints) -> tuple[Ints, Any]:
        """Where the time of each line begins, and whether it has one place where it may."""
        if not self.key:
            return starts + (raw[starts] == ord("[")), np.ones(len(starts), bool)
        found = np.array([one.end() for one in re.finditer(re.escape(self.key), data)], np.int64)
        lines = np.searchsorted(ends, found)
        good = np.bincount(lines, minlength=len(starts)) == 1
        at = starts.copy()
        at[lines] = found
        return at, good

    def _ended(self, after: npt.NDArray[np.uint8]) -> Any:
        """Whether the zone, and nothing that would be more of it, stands behind the seconds."""
        size = len(self.zone)
        good = (after[:, :size] == np.frombuffer(self.zone, np.uint8)).all(axis=1)
        first = after[:, size]
        if self.key:
            return good & (first == ord('"'))
        if self.zone:
            lower = first | np.uint8(0x20)
            word = ((first - np.uint8(0x30)) <= 10) | ((lower - np.uint8(0x61)) < 26) | (first == 0x5F)
            return good & ~word & (first < 0x80)
        second = after[:, size + 1]
        return good & ~np.isin(first, _ZONES) & ~((first == 0x20) & np.isin(second, _ZONES))


def _rows(raw: npt.NDArray[np.uint8], at: Ints, width: int) -> npt.NDArray[np.uint8]:
    rows: npt.NDArray[np.uint8] = np.lib.stride_tricks.sliding_window_view(raw, width)[at]
    return rows


def layout(lines: Iterable[str], form: Format) -> Layout | None:
    """The layout of the first of these lines that has a time which can be read so."""
    for line in lines:
        parsed = form.parse(line)
        if parsed is None or not isinstance(parsed.when, str):
            continue
        found, at = _ISO.fullmatch(parsed.when), line.find(parsed.when)
        if not found or at < 0:
            continue
        key = _KEY.search(line, 0, at) if form.name in ("docker", "json") else None
        if key or at == 0 or (at == 1 and line[0] == "["):
            marks = f"{found[1] * 2}{found[2]}::".encode()
            return Layout(key[0].encode() if key else b"", marks, found[3].encode())
    return None
