"""Which bytes of a log file hold the window: the seam between finding records and reducing them.

`find_window` makes a `Plan` of each file: the spans of it to read, its format, and what need not be read. An engine
takes each span's bytes from `lines.blocks(span, fault)`, or its lines from `lines.lines(span, fault)`:

    stated = Stated(source, notes)
    for plan in find_window(stated, found, window, notes):
        account.bytes_skipped += plan.bytes_skipped
        for span in plan.spans:
            for block in blocks(span, fault): ...

A span begins with a line that has a time of its own (or at 0) and ends before such a line (or at the file's end). Every
record that begins in the window lies in the spans, with some of its neighbours, which the engine clips by time. A file
was found to be in order by samples; an engine that meets a time more than `disorder` before an earlier one of the same
span must read `rest` too, and tells `unordered`: spans and rest together are the whole file.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, zip_longest

from pipeline.incident import Window
from pipeline.logs.formats import Format
from pipeline.logs.frames import frames
from pipeline.logs.hours import repeated
from pipeline.logs.index import Index, index
from pipeline.logs.lines import DAMAGE, Span, lines, whole
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.stated import Stated
from pipeline.logs.window_frames import Framed, searchable
from pipeline.logs.window_search import Access, Plain, Search, line_time, ordered

SAMPLE = 100  # lines that a file's format is found from
TINY = 1 << 16  # bytes of a file that is read whatever it holds; twice as many where they are packed
SMALL = 1 << 20  # bytes of a file of which all is read where any is needed, so that its lines keep their numbers
LEAST = timedelta(seconds=1)  # by which a search reaches out of the window: the lines of a record are that near


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one file is read. `first` and `last` are the times of its first and last record, where they are known.

    `sample` are its first lines, which tell its format. `size` and `bytes_skipped` count bytes of the file as it lies
    on the disk. `base` is the same for all files of a rotated set.
    """

    path: str
    base: str
    form: Format
    size: int
    spans: tuple[Span, ...]
    rest: tuple[Span, ...] = ()
    bytes_skipped: int = 0
    first: datetime | None = None
    last: datetime | None = None
    disorder: timedelta = timedelta()
    sample: tuple[str, ...] = ()


def find_window(stated: Stated, found: Sequence[Found], window: Window, notes: Notes) -> Iterator[Plan]:
    """A plan for each file, in their order; what cannot be opened is noted and has none."""
    planner = _Planner(stated, window, notes)
    plans = [plan for file in found if (plan := planner.opened(file))]
    for plan, newer in zip_longest(plans, plans[1:]):
        yield planner.narrowed(plan, newer.first if newer and newer.base == plan.base else None)


class _Planner:
    """What is the same for all files of a source."""

    def __init__(self, stated: Stated, window: Window, notes: Notes) -> None:
        self._stated, self._window, self._notes = stated, window, notes
        self._disorder = timedelta(seconds=max(stated.source.disorder_s, 0))
        twice = repeated(stated.zone, window)
        if twice:  # that hour is searched as if it came once
            self._disorder += (twice.end - twice.start) / 2
        reach = max(self._disorder, LEAST)
        start = window.start - reach
        if twice and window.start < twice.end:  # from where the clock was set back on, order tells which hour is meant
            start = min(start, twice.start - LEAST)
        self._wide = Window(start, window.end + reach)

    def opened(self, file: Found) -> Plan | None:
        """The plan to read all of a file, with its format and the time of its first lines."""
        try:
            span = whole(file.path)
            size = os.stat(file.path).st_size if span.end is None else span.end  # noqa: PTH116
        except OSError as problem:
            self._notes.add("unreadable", file.path, f"cannot be read ({problem.strerror or problem})", gap=True)
            return None
        sample = list(islice(lines(span, _ignore), SAMPLE))
        texts = [line.raw.decode(errors="replace").removeprefix("\ufeff").rstrip("\r") for line in sample]
        form, clock = self._stated.form(texts), self._stated.clock(self._window)
        times = (line_time(line.offset, line.raw, form, clock) for line in sample)
        first = next((at for at in times if at), None)
        return Plan(
            path=file.path,
            base=file.base,
            form=form,
            size=size,
            spans=(span,),
            first=first,
            disorder=self._disorder,
            sample=tuple(texts),
        )

    def narrowed(self, plan: Plan, newer: datetime | None) -> Plan:
        """The plan to read what is needed of a file; `newer` is the first time of the next one of its rotated set."""
        (span,) = plan.spans
        try:
            if plan.size <= (TINY << 1 if span.packing else TINY):
                return plan
            with open(plan.path, "rb") as file:  # noqa: PTH123
                if not span.packing:
                    return self._searched(plan, Plain(plan.path, file.fileno(), span.end or 0))
                parts = frames(file.fileno(), plan.size) if span.packing == "zstd" else []
                if searchable(parts):
                    return self._searched(plan, Framed(plan.path, file.fileno(), plan.size, parts))
            return self._by_neighbour(plan, newer) or self._indexed(plan)
        except (OSError, *DAMAGE):
            return plan  # reading it tells what is wrong, and counts what can be read

    def _searched(self, plan: Plan, access: Access) -> Plan:
        search = Search(access, plan.form, self._stated.clock(self._window))
        first, last = search.first(), search.last()
        if not first or not last:
            return plan
        if access.size <= SMALL and first.at < self._wide.end and last.at >= self._wide.start:
            return plan
        search.sample()
        start, end = search.window(first, self._wide)
        if not search.ordered(self._disorder):
            return self._unordered(plan)
        rest = [access.span(*part) for part in ((0, start), (end, access.size)) if part[0] < part[1]]
        skipped = access.skipped(start, end)
        return replace(
            plan,
            spans=(access.span(start, end),),
            rest=tuple(rest),
            bytes_skipped=skipped,
            first=first.at,
            last=last.at,
        )

    def _by_neighbour(self, plan: Plan, newer: datetime | None) -> Plan | None:
        """A packed file that the next one of its set shows to lie outside the window is not even unpacked."""
        if plan.first is None or newer is None or newer < plan.first - self._disorder:
            return None
        if self._wide.start <= newer and plan.first < self._wide.end:
            return None
        what = "not unpacked: by the first times of its rotated set, it lies outside the window"
        self._notes.add("not-unpacked", plan.path, what, whole=True)
        return replace(plan, spans=(), bytes_skipped=plan.size, last=plan.first)

    def _indexed(self, plan: Plan) -> Plan:
        source, (span,) = self._stated.source, plan.spans
        said = f"{source.time_format} {source.zone} {source.year} {source.clock_offset_s}"
        known = index(plan.path, span.packing, plan.form, self._stated.clock(self._window), said)
        if not known.marks:
            return plan
        if not ordered((mark for mark, _ in known.marks), self._disorder):
            return self._unordered(plan)
        spans, rest, skipped = self._cut(span, known, plan.size)
        first, last = known.marks[0][0].at, known.marks[-1][0].at
        skipped = 0 if known.fresh else skipped
        return replace(plan, spans=spans, rest=rest, bytes_skipped=skipped, first=first, last=last)

    def _cut(self, span: Span, known: Index, size: int) -> tuple[tuple[Span, ...], tuple[Span, ...], int]:
        """The spans to read, the rest, and the bytes of the file that neither unpacking nor reading needs."""
        before = [mark for mark, _ in known.marks if mark.at < self._wide.start]
        after = [(mark, read) for mark, read in known.marks if mark.at >= self._wide.end]
        if len(before) == len(known.marks) or len(after) == len(known.marks):
            return (), (span,), size
        start = before[-1].offset if before else 0
        at, base = known.entry(start)
        inside = span._replace(start=start, at=at, base=base)
        if not after:
            return (inside,), ((span._replace(end=start),) if start else ()), at
        (mark, read), (to, below) = after[0], known.entry(after[0][0].offset)
        rest = [span._replace(end=start)] * bool(start) + [span._replace(start=mark.offset, at=to, base=below)]
        return (inside._replace(end=mark.offset),), tuple(rest), at + size - read

    def _unordered(self, plan: Plan) -> Plan:
        self._notes.add("unordered", plan.path, unordered(self._disorder))
        return plan


def grown(plan: Plan) -> int:
    """By how many bytes a file has grown since it was planned to be read."""
    try:
        return max(os.stat(plan.path).st_size - plan.size, 0)  # noqa: PTH116
    except OSError:
        return 0  # it is gone: what was read of it counts


def unordered(disorder: timedelta) -> str:
    return f"its times go back by more than {disorder.total_seconds():g} s, so that all of it was read"


def _ignore(kind: str, what: str) -> None:
    """Faults are told when the file is read for good."""
