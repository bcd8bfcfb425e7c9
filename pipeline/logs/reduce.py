"""Log files to summaries: each record is read, placed in time, counted under its template, and let go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline.event import Account, LogSource, LogSummary, Notice
from pipeline.incident import Window
from pipeline.logs.choose import Baseline, choose
from pipeline.logs.count import Counts
from pipeline.logs.meter import Meter
from pipeline.logs.notes import Notes
from pipeline.logs.parts import Mapped
from pipeline.logs.paths import files
from pipeline.logs.reader import read_source
from pipeline.logs.workers import in_processes


@dataclass(slots=True)
class Reduced:
    """`summaries`: the shown ones, best first, then one a service with template "" for all the rest.

    Their counts add up to `account.summarised`; read = parsed + rejected; parsed = outside_window + summarised.
    """

    summaries: tuple[LogSummary, ...]
    notices: tuple[Notice, ...]
    account: Account


def reduce(
    sources: Sequence[LogSource],
    window: Window,
    *,
    baseline: timedelta = timedelta(minutes=30),
    show: int = 20,
    mapped: Mapped = in_processes,
    meter: Meter | None = None,
) -> Reduced:
    """Everything that these sources' files say about the window; never raises for what a file holds.

    `mapped` reads the parts of large files; `meter` is told how far it is.
    """
    meter = meter or Meter()
    split = Baseline.of(window, baseline)
    counts = Counts(window)
    notices: list[Notice] = []
    seen: dict[tuple[int, int], str] = {}
    for source in sources:
        notes = Notes(source.name)
        read_source(source, files(source, seen, notes), counts, notes, mapped, meter)
        notices += notes.notices()
    notices += _bare(service for service in counts.slots if not split.minutes(counts.since[service]))
    return Reduced(choose(counts.summaries(), split, show, counts.since), tuple(notices), counts.account)


def _bare(services: Iterable[str]) -> Iterator[Notice]:
    for service in sorted(services):
        yield Notice(
            kind="no-baseline",
            detail=f"{service or 'logs without a service'}: no whole minute of records from before the incident; "
            "what is new cannot be told from what is usual",
            source=service,
        )
