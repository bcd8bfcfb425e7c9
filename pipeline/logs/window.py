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

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from pipeline.incident import Window
from pipeline.logs.formats import Format
from pipeline.logs.lines import Span, lines, whole
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.stated import Stated

SAMPLE = 100  # lines that a file's format is found from


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


def find_window(stated: Stated, found: Iterable[Found], window: Window, notes: Notes) -> Iterator[Plan]:
    """A plan for each file, in their order; what cannot be opened is noted and has none."""
    for file in found:
        try:
            span = whole(file.path)
        except OSError as problem:
            notes.add("unreadable", file.path, f"cannot be read ({problem.strerror or problem})", gap=True)
            continue
        sample = [line.raw.decode(errors="replace") for line in islice(lines(span, _ignore), SAMPLE)]
        yield Plan(path=file.path, base=file.base, form=stated.form(sample), spans=(span,))


def _ignore(kind: str, what: str) -> None:
    """Faults are told when the file is read for good."""
