"""What `befell doctor` says about files."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from connectors.files.clock import Clock
from connectors.files.incidents import incident, incident_records
from connectors.files.series import points
from connectors.files.settings import FilesSettings
from connectors.files.source import DAMAGE, clean, damage, matches, opened
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected

_FIRST = 1000  # records that are looked at in a file


def look(settings: FilesSettings, path: str, at: Callable[[Path], str]) -> Iterator[Check]:
    """One check a file of a path or glob; `at` says what is in a file, or raises SourceError."""
    try:
        found = matches(settings.base, path)
    except SourceError as problem:
        yield Check(path, False, problem.what, problem.fix)
        return
    for one in found:
        try:
            yield Check(settings.shown(one), True, at(one))
        except SourceError as problem:
            yield Check(settings.shown(one), False, problem.what, problem.fix)
        except DAMAGE as problem:
            yield Check(settings.shown(one), False, f"{damage(problem)}.", "Write the file again.")


def events(read: Iterable[Event | Notice | Rejected]) -> str:
    """How many of the first records are events; SourceError where none is, or where the file breaks off."""
    good, bad = 0, list[str]()
    for one in islice(read, _FIRST):
        if isinstance(one, Event):
            good += 1
        elif isinstance(one, Rejected):
            bad.append(f"{one.where}: {one.why}")
        elif one.gap:
            raise SourceError(one.detail, fix="Write the file again.")
    first = f"; first rejected: {bad[0]}" if bad else ""
    if bad and not good:
        raise SourceError(f"none of its records is an event{first}", fix="See docs/connectors/files.md for the fields.")
    among = f" among the first {_FIRST}" if good + len(bad) == _FIRST else ""
    return f"{good} events, {len(bad)} rejected{among}{first}"


def incidents(settings: FilesSettings, path: Path) -> str:
    found = [incident(one, "", settings.severities) for one in incident_records(path, settings.shown(path))]
    unknown = sorted({one.severity_raw for one in found if one.severity_raw and not one.severity})
    unmapped = f"; map these severities in `severities`: {', '.join(unknown)}" if unknown else ""
    return f"{len(found)} incidents{unmapped}"


def log(settings: FilesSettings, path: Path) -> str:
    with opened(path, settings.shown(path)) as text:
        line = clean(text.readline(65536)).strip()
    return f"readable; first line: {line[:80]!r}" if line else "readable; empty"


def points_of(settings: FilesSettings, clock: Clock, path: Path) -> str:
    found = list(islice(points(path, settings.shown(path), clock), _FIRST))
    bad = [one for one in found if isinstance(one, Rejected)]
    if bad:
        what = f"{len(bad)} of its lines are no point; first: {bad[0].where}: {bad[0].why}."
        raise SourceError(what, fix="Mend them.")
    return f"{len(found)} points" + (f" in the first {_FIRST} lines" if len(found) == _FIRST else "")
