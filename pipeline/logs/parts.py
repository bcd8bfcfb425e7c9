"""A large file in parts that are read by themselves, in several processes or on several machines, and joined again.

Where the parts are cut follows from the file alone, so that the answer does not depend on who reads them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs.count import Counts
from pipeline.logs.formats import Format
from pipeline.logs.hours import Hours
from pipeline.logs.lines import KEEP, Span
from pipeline.logs.notes import Notes
from pipeline.logs.records import Text, begins
from pipeline.logs.spans import Into, SpanReader
from pipeline.logs.stamps import Clock
from pipeline.logs.stated import Stated
from pipeline.logs.tally import Seen, Tally
from pipeline.logs.window import Plan

PART = 96 << 20  # bytes
LOOKS = (1 << 17, 1 << 20)  # bytes, half of them on each side, in which a place to cut is looked for


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


def divided(span: Span, form: Format, clock: Clock) -> list[Span]:
    """The parts of a span; all of it where it is packed, or too small to be worth it."""
    if span.packing or span.end is None or span.end - span.start < 2 * PART:
        return [span]
    size, edges = span.end - span.start, [span.start]
    count = size // PART
    with open(span.path, "rb") as file:  # noqa: PTH123
        for number in range(1, count):
            middle = span.start + size * number // count
            for look in LOOKS:
                start = max(middle - look // 2, span.start)
                file.seek(start)
                if edge := _edge(start, file.read(middle - start + look // 2), middle, form, clock):
                    break
            if edge > edges[-1]:
                edges.append(edge)
    return [span._replace(start=start, end=end) for start, end in pairwise([*edges, span.end])]


def _edge(offset: int, data: bytes, middle: int, form: Format, clock: Clock) -> int:
    """Where a line begins before which no record is open that may go on after it; 0 if there is no such place.

    Of each stream of an envelope the two lines before and the one after begin a record whatever came before them.
    Lines without a time take that of the line at the edge, which must be one.
    """
    found: list[tuple[int, str | None, bool, bool]] = []  # offset, stream, begins a record, has a time
    pieces = data.split(b"\n")
    offset += len(pieces[0]) + 1
    for piece in pieces[1:-1]:
        text = piece[:KEEP].decode(errors="replace").rstrip("\r")
        parsed = form.parse(text)
        begun = bool(len(piece) <= KEEP and parsed and begins(parsed, Text(offset, 0, text, 0)))
        timed = bool(begun and parsed and parsed.when is not None and clock.reads(parsed.when))
        found.append((offset, parsed and parsed.stream, begun, timed))
        offset += len(piece) + 1
    before, after = [False, *_settled(found, 2)], [*_settled(found[::-1], 1)][::-1]
    sides = zip(found, before, after, strict=False)
    return next((at for (at, _, _, timed), *both in sides if timed and all(both) and at >= middle), 0)


def _settled(lines: Iterable[tuple[int, str | None, bool, bool]], needed: int) -> Iterator[bool]:
    """After each line, whether the last ones of each stream, as many as needed, begin records.

    A line of no stream may be of any.
    """
    last: dict[str, int] = {}
    for _, stream, begun, _ in lines:
        if stream is None:
            last = dict.fromkeys(last, 0)
        else:
            last[stream] = begun and last.get(stream, 0) + 1
        yield bool(last) and min(last.values()) >= needed
