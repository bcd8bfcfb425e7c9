"""A large file in parts that are read by themselves, in several processes or on several machines, and joined again.

Where the parts are cut follows from the file alone, so that the answer does not depend on who reads them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs.count import Counts
from pipeline.logs.formats import Format
from pipeline.logs.hours import Hours
from pipeline.logs.lines import Span
from pipeline.logs.notes import Notes
from pipeline.logs.records import Text, begins
from pipeline.logs.spans import Into, SpanReader
from pipeline.logs.stated import Stated
from pipeline.logs.tally import Seen, Tally
from pipeline.logs.window import Plan

PART = 96 << 20  # bytes
LOOK = 1 << 20  # bytes in which a place to cut is looked for


class Task(NamedTuple):
    """What one part needs to be read elsewhere; `sample` are the first lines of its file."""

    source: LogSource
    window: Window
    span: Span
    sample: tuple[str, ...]
    disorder: timedelta
    previous: datetime | None


@dataclass(slots=True)
class Part:
    """What a part of a file holds; `assumed` is what its clock had to assume, `lines` how many lines there are."""

    counts: Counts
    tally: Tally
    assumed: Seen
    ordered: bool
    first: datetime | None
    last: datetime | None
    lines: int


Mapped = Callable[[Sequence[Task]], Iterator[Part]]  # the parts of these tasks, in their order


def one_after_the_other(tasks: Sequence[Task]) -> Iterator[Part]:
    yield from map(read_part, tasks)


def read_part(task: Task) -> Part:
    """Read a part of a file; nothing of another part is needed for it."""
    notes = Notes(task.source.name)
    stated = Stated(task.source, notes)
    path, span = task.span.path, task.span
    form = stated.form(task.sample)
    plan = Plan(path=path, base=path, form=form, size=0, spans=(span,), disorder=task.disorder)
    tally = Tally(path, task.previous, Hours(task.window, task.disorder))
    clock, counts = stated.clock(task.window), Counts(task.window)
    reader = SpanReader(Into(task.source, plan, counts, notes, tally, clock))
    reader.read(span, in_blocks=True, numbered=True)
    return Part(counts, tally, clock.seen, reader.ordered, reader.first, reader.last, reader.lines)


def divided(span: Span, form: Format) -> list[Span]:
    """The parts of a span; all of it where it is packed, or too small to be worth it."""
    if span.packing or span.end is None or span.end - span.start < 2 * PART:
        return [span]
    count = (span.end - span.start) // PART
    edges = [span.start]
    with open(span.path, "rb") as file:  # noqa: PTH123
        for number in range(1, count):
            file.seek(span.start + (span.end - span.start) * number // count)
            edge = _edge(file.tell(), file.read(LOOK), form)
            if edge and edge > edges[-1]:
                edges.append(edge)
    return [span._replace(start=start, end=end) for start, end in pairwise([*edges, span.end])]


def _edge(offset: int, data: bytes, form: Format) -> int:
    """Where the second of two lines begins of which both begin a record whatever came before; 0 if there are none."""
    pieces = data.split(b"\n")
    offset, before = offset + len(pieces[0]) + 1, False
    for piece in pieces[1:-1]:
        text = piece.decode(errors="replace").rstrip("\r")
        parsed = form.parse(text)
        now = bool(parsed and begins(parsed, Text(offset, 0, text, 0)))
        if now and before:
            return offset
        before, offset = now, offset + len(piece) + 1
    return 0
