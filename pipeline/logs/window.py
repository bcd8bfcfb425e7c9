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
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from pipeline.incident import Window
from pipeline.logs.formats import Format
from pipeline.logs.lines import Span, lines, whole
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.stated import Stated
from pipeline.logs.window_search import Access, Plain, Search

SAMPLE = 100  # lines that a file's format is found from
SMALL = 1 << 20  # bytes of a file that are rather read than searched
LEAST = timedelta(seconds=1)  # by which a search reaches out of the window: the lines of a record are that near
CLOCK_CHANGE = timedelta(hours=3)  # how near to the window the zone's clock may change


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one file is read. `first` and `last` are the times of its first and last record, where they are known.

    `bytes_skipped` counts bytes of the file as it lies on the disk. `base` is the same for all files of a rotated set.
    """

    path: str
    base: str
    form: Format
    spans: tuple[Span, ...]
    rest: tuple[Span, ...] = ()
    bytes_skipped: int = 0
    first: datetime | None = None
    last: datetime | None = None
    disorder: timedelta = timedelta()


@dataclass(slots=True)
class _Planner:
    """What is the same for all files of a source."""

    stated: Stated
    window: Window
    notes: Notes
    disorder: timedelta = field(init=False)
    reach: timedelta = field(init=False)

    def __post_init__(self) -> None:
        source, zone, window = self.stated.source, self.stated.zone, self.window
        self.disorder = timedelta(seconds=max(source.disorder_s, 0))
        if zone:  # an hour that comes twice is read as if the times went back by it
            changed = [(at + far).astimezone(zone).utcoffset() for at, far in (
                (window.start, -CLOCK_CHANGE), (window.end, CLOCK_CHANGE))]  # fmt: skip
            self.disorder += max((changed[0] or timedelta()) - (changed[1] or timedelta()), timedelta())
        self.reach = max(self.disorder, LEAST)

    def plan(self, file: Found) -> Plan:
        """The plan of one file; OSError where it cannot be opened."""
        span = whole(file.path)
        raw = (line.raw.decode(errors="replace") for line in islice(lines(span, _ignore), SAMPLE))
        form = self.stated.form([text.removeprefix("\ufeff").rstrip("\r") for text in raw])
        plan = Plan(path=file.path, base=file.base, form=form, spans=(span,), disorder=self.disorder)
        if os.stat(file.path).st_size <= SMALL:  # noqa: PTH116
            return plan
        with open(file.path, "rb") as opened:  # noqa: PTH123
            return self._searched(plan, Plain(file.path, opened.fileno(), span.end or 0))

    def _searched(self, plan: Plan, access: Access) -> Plan:
        search = Search(access, plan.form, self.stated.clock(self.window))
        first, last = search.first(), search.last()
        if not first or not last:
            return plan
        search.sample()
        start, end = search.window(first, self.window, self.reach)
        if not search.ordered(self.disorder):
            self.notes.add("unordered", plan.path, unordered(self.disorder))
            return plan
        size = access.size
        return replace(
            plan,
            spans=(access.span(start, end),),
            rest=tuple(access.span(*part) for part in ((0, start), (end, size)) if part[0] < part[1]),
            bytes_skipped=access.skipped(start, end),
            first=first.at,
            last=last.at,
        )


def find_window(stated: Stated, found: Iterable[Found], window: Window, notes: Notes) -> Iterator[Plan]:
    """A plan for each file, in their order; what cannot be opened is noted and has none."""
    planner = _Planner(stated, window, notes)
    for file in found:
        try:
            yield planner.plan(file)
        except OSError as problem:
            notes.add("unreadable", file.path, f"cannot be read ({problem.strerror or problem})", gap=True)


def unordered(disorder: timedelta) -> str:
    return f"its times go back by more than {disorder.total_seconds():g} s, so that all of it was read"


def _ignore(kind: str, what: str) -> None:
    """Faults are told when the file is read for good."""
