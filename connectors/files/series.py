"""Metrics out of CSV and JSON Lines."""

import csv
import json
import math
import statistics
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from connectors.files.clock import Clock
from connectors.files.records import LONGEST, format_of
from connectors.files.source import opened
from pipeline.event import Rejected

Point = tuple[datetime, float]


def points(path: Path, shown: str, clock: Clock) -> Iterator[Point | Rejected]:
    """The measured points of one file; a NaN is no point. Raises what source.opened and reading do."""
    with opened(path, shown, newline="") as text:
        pairs = _rows(text) if format_of(path, shown) == "csv" else _objects(text)
        for line, time, value in pairs:
            try:
                point = clock.read(time).at, _number(value)
            except ValueError as problem:
                yield Rejected(where=f"{shown}:{line}", why=str(problem))
                continue
            if not math.isnan(point[1]):
                yield point


def _rows(text: TextIO) -> Iterator[tuple[int, Any, Any]]:
    csv.field_size_limit(LONGEST)
    rows, columns, first = csv.reader(text), (0, 1), True
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        names = [cell.strip().casefold() for cell in cells]
        if first and "time" in names:
            columns = names.index("time"), names.index("value") if "value" in names else 1 - names.index("time")
        elif len(cells) > max(columns):
            yield rows.line_num, cells[columns[0]], cells[columns[1]]
        else:
            yield rows.line_num, None, None
        first = False


def _objects(text: TextIO) -> Iterator[tuple[int, Any, Any]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        found = found if isinstance(found, dict) else {}
        yield number, found.get("time"), found.get("value")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("value: is no number")
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"value: {str(value)[:60]!r} is no number") from None
    if math.isinf(found):
        raise ValueError("value: is infinite")
    return found


def ordered(found: list[Point]) -> tuple[tuple[Point, ...], float]:
    """The points ascending, one an instant (the last one read), and the usual step between them in seconds."""
    once = tuple(sorted(dict(found).items()))
    steps = [(b[0] - a[0]).total_seconds() for a, b in pairwise(once)]
    return once, statistics.median(steps) if steps else 0.0
