"""One file that cannot be read never stops the others: it becomes a notice."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from connectors.files.clock import Clock
from connectors.files.source import damage
from pipeline.errors import SourceError
from pipeline.event import Notice

Found = TypeVar("Found")


def each(jobs: Iterable[Callable[[], Iterator[Found]]]) -> Iterator[Found | Notice]:
    """What every job yields, then a notice for each that failed; SourceError where all of them did."""
    whole, faults = 0, list[SourceError]()
    for job in jobs:
        try:
            yield from job()
            whole += 1
        except SourceError as fault:
            faults.append(fault)
    if faults and not whole:
        also = f" {len(faults) - 1} more could not be read either." if len(faults) > 1 else ""
        raise SourceError(faults[0].what + also, where=faults[0].where, fix=faults[0].fix)
    yield from (Notice(kind="unreadable", detail=str(one), gap=True) for one in faults)


def cut_short(shown: str, line: int, problem: BaseException) -> Notice:
    """The notice of a file that could not be read to its end."""
    until = f"up to line {line}" if line else "nothing"
    detail = f"{shown}: read {until}, then {damage(problem)}. Write the file again and draft again."
    return Notice(kind="damaged", detail=detail, gap=True)


def clock_notices(shown: str, clock: Clock) -> Iterator[Notice]:
    """What was assumed about the times of one file."""
    if clock.zoneless:
        detail = f"{shown}: {clock.zoneless} times state no zone and were read as UTC; first: {clock.first_zoneless!r}."
        yield Notice(kind="assumed-zone", detail=f"{detail} Set zone for this file.")
    if clock.ambiguous:
        detail = f"{shown}: {clock.ambiguous} times fall into a change of the clocks; first: {clock.first_ambiguous!r}."
        yield Notice(kind="ambiguous-time", detail=f"{detail} Read as the earlier of two. Write their offset.")
    if clock.ahead:
        way = "ahead" if clock.ahead > timedelta() else "behind"
        detail = f"{shown}: its clock is set as {abs(clock.ahead.total_seconds()):g} s {way}; its times are corrected."
        yield Notice(kind="clock-offset", detail=detail)
