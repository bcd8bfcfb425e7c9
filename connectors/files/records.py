"""Records out of JSON Lines, JSON and CSV, each with the line that it stands on."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from connectors.files.source import clean, opened
from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected

LONGEST = 64 * 1024 * 1024  # characters in one line
LARGEST = 512 * 1024 * 1024  # characters in one JSON document, which has to be held in memory
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv"}
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was read: the file, its line from 1, and the value (any JSON value)."""

    file: str
    line: int
    value: Any

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def records(path: Path, shown: str, form: str) -> Iterator[Record | Rejected | Notice]:
    """The records of a file in the order they stand in. SourceError where the file is no such file at all;
    one of source.DAMAGE where it cannot be read to its end."""
    form = form or format_of(path, shown)
    with opened(path, shown, newline="" if form == "csv" else None) as text:
        if form == "csv":
            yield from _csv(text, shown)
        elif form == "jsonl":
            yield from _lines(text, shown)
        else:
            yield from document(_whole(text, shown), shown, "events")


def format_of(path: Path, shown: str) -> str:
    suffixes = [one.lower() for one in path.suffixes if one.lower() not in (".gz", ".zst")]
    for suffix in reversed(suffixes):
        if suffix in _SUFFIXES:
            return _SUFFIXES[suffix]
    raise SourceError("its name does not say its format.", where=shown, fix="Set format to jsonl, json or csv.")


def _lines(text: TextIO, shown: str) -> Iterator[Record | Rejected | Notice]:
    number = 0
    while line := text.readline(LONGEST):
        number += 1
        if len(line) == LONGEST and not line.endswith("\n"):
            while (rest := text.readline(LONGEST)) and not rest.endswith("\n"):
                pass
            yield Rejected(where=f"{shown}:{number}", why=f"the line is longer than {LONGEST // 2**20} MB.")
        elif line.strip():
            yield _parsed(line, shown, number)


def _parsed(line: str, shown: str, number: int) -> Record | Rejected:
    try:
        return Record(shown, number, json.loads(line))
    except (ValueError, RecursionError) as problem:
        start = clean(line.strip()[:60])
        return Rejected(where=f"{shown}:{number}", why=f"is no JSON ({_why(problem)}): {start!r}")


def _why(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError):
        return f"{problem.msg}, column {problem.colno}"
    return "nested too deeply" if isinstance(problem, RecursionError) else str(problem)[:120]


def _whole(text: TextIO, shown: str) -> str:
    found = text.read(LARGEST)
    if len(found) == LARGEST:
        raise SourceError(
            f"is larger than {LARGEST // 2**20} MB in one JSON document.",
            where=shown,
            fix="Write it as JSON Lines, one record a line: those are read as they come.",
        )
    return found


def document(text: str, shown: str, key: str) -> Iterator[Record | Rejected | Notice]:
    """The records of a JSON document: an array, an object with an array under `key`, or records one after the other.

    A document that breaks off still gives everything before the break, then one Rejected that names its line.
    """
    scan = _Scan(text, shown)
    try:
        scan.blank()
        while scan.pos < len(text):
            if text[scan.pos] == "[":
                yield from scan.array()
            elif text[scan.pos] == "{" and scan.enter(key):
                yield from scan.array()
                scan.leave()
            else:
                yield scan.value()
            scan.blank()
    except (ValueError, RecursionError) as problem:
        pos = problem.pos if isinstance(problem, json.JSONDecodeError) else scan.pos
        yield from _broken(shown, text.count("\n", 0, pos) + 1, f"is no JSON ({_why(problem)}).")


def _broken(shown: str, line: int, why: str) -> Iterator[Rejected | Notice]:
    yield Rejected(where=f"{shown}:{line}", why=why)
    detail = f"{shown}: broken from line {line} on; what stands after it was not read. Mend it there and draft again."
    yield Notice(kind="damaged", detail=detail, gap=True)


class _Scan:
    """A position in a JSON text; every step raises JSONDecodeError where the text is no JSON."""

    def __init__(self, text: str, shown: str) -> None:
        self.text, self.shown, self.pos = text, shown, 0
        self._counted, self._line = 0, 1

    def blank(self) -> None:
        while self.pos < len(self.text) and self.text[self.pos] in " \t\r\n":
            self.pos += 1

    def value(self) -> Record:
        self._line += self.text.count("\n", self._counted, self.pos)
        self._counted = self.pos
        found, self.pos = _DECODER.raw_decode(self.text, self.pos)
        return Record(self.shown, self._line, found)

    def take(self, mark: str) -> None:
        self.blank()
        if self.pos >= len(self.text) or self.text[self.pos] != mark:
            raise json.JSONDecodeError(f"Expecting {mark!r}", self.text, self.pos)
        self.pos += 1
        self.blank()

    def array(self) -> Iterator[Record]:
        self.take("[")
        if self.text[self.pos : self.pos + 1] == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            self.blank()
            if self.text[self.pos : self.pos + 1] == "]":
                self.take("]")
                return
            self.take(",")

    def enter(self, key: str) -> bool:
        """Step to the array under `key` of the object here; False, without a step, where it has none."""
        start, counted, line = self.pos, self._counted, self._line
        self.take("{")
        while self.text[self.pos : self.pos + 1] == '"':
            name = self.value().value
            self.take(":")
            if name == key and self.text[self.pos : self.pos + 1] == "[":
                return True
            self.value()
            self.blank()
            if self.text[self.pos : self.pos + 1] != ",":
                break
            self.take(",")
        self.pos, self._counted, self._line = start, counted, line
        return False

    def leave(self) -> None:
        """Step behind the object that `enter` stepped into."""
        self.blank()
        while self.text[self.pos : self.pos + 1] == ",":
            self.take(",")
            self.value()
            self.take(":")
            self.value()
            self.blank()
        self.take("}")


def _csv(text: TextIO, shown: str) -> Iterator[Record | Rejected | Notice]:
    csv.field_size_limit(LONGEST)
    first = text.readline(LONGEST)
    delimiter = max(",;\t", key=first.count)
    header = [clean(name.strip()) for name in next(csv.reader([first], delimiter=delimiter), [])]
    double = sorted({name for name in header if name and header.count(name) > 1})
    if double:
        raise SourceError(f"the column {double[0]!r} stands twice.", where=f"{shown}:1", fix="Rename one of them.")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        line = rows.line_num + 2
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            last = rows.line_num + 1
            if last > line:
                yield from _broken(shown, line, f"is no CSV ({problem}; lines {line} to {last} were read as one).")
            else:
                yield Rejected(where=f"{shown}:{line}", why=f"is no CSV ({problem}).")
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            why = f"has {len(cells)} cells; the header has {len(header)}. Quote its commas."
            yield Rejected(where=f"{shown}:{line}", why=why)
        elif any(cell.strip() for cell in cells):
            pairs = zip(header, cells, strict=False)
            yield Record(shown, line, {name: cell for name, cell in pairs if name and cell.strip()})
