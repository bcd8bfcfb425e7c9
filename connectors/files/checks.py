"""What `befell doctor` says about files."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from connectors.files.clock import Clock
from connectors.files.incidents import incident, incident_records
from connectors.files.series import points
from connectors.files.settings import FilesSettings, LogFile
from connectors.files.source import DAMAGE, clean, damage, matches, opened
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected

_FIRST = 1000  # records that are looked at in a file
_STAMP = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
    r"|^[IWEF]\d{4} \d\d:\d\d:\d\d"
)
_ZONE = re.compile(r"(?:[.,]\d+)? ?(?:(?:Z|UTC|GMT)\b|[+-]\d\d)")
Told = tuple[str, str]  # what is in a file; one of its times that states no zone, "" where each does


def look(settings: FilesSettings, path: str, at: Callable[[Path], Told]) -> Iterator[Check]:
    """One check a file of a path or glob, and one where it states no zone; `at` says what is in a file, or fails."""
    try:
        found = matches(settings.base, path)
    except SourceError as problem:
        yield Check(path, False, problem.what, problem.fix)
        return
    for one in found:
        try:
            detail, bare = at(one)
            yield Check(settings.shown(one), True, detail)
            if bare:
                yield Check(
                    f"time zone of {settings.shown(one)}", False, f"{bare!r} states no zone, and is taken for UTC.",
                    "Set zone of this file: an IANA name or an offset, or UTC where it is that.",
                )  # fmt: skip
        except SourceError as problem:
            yield Check(settings.shown(one), False, problem.what, problem.fix)
        except DAMAGE as problem:
            yield Check(settings.shown(one), False, f"{damage(problem)}.", "Write the file again.")


def events(read: Iterable[Event | Notice | Rejected], clock: Clock) -> Told:
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
    return f"{good} events, {len(bad)} rejected{among}{first}", clock.first_zoneless


def incidents(settings: FilesSettings, path: Path) -> Told:
    found = [incident(one, "", settings.severities) for one in incident_records(path, settings.shown(path))]
    unknown = sorted({one.severity_raw for one in found if one.severity_raw and not one.severity})
    unmapped = f"; map these severities in `severities`: {', '.join(unknown)}" if unknown else ""
    return f"{len(found)} incidents{unmapped}", ""


def log(settings: FilesSettings, file: LogFile, path: Path) -> Told:
    with opened(path, settings.shown(path)) as text:
        line = clean(text.readline(65536)).strip()
    told = f"readable; first line: {line[:80]!r}" if line else "readable; empty"
    return told, "" if file.zone else zoneless(line)


def zoneless(line: str) -> str:
    """The first time in a line, where none in it states a zone; else ""."""
    found = list(_STAMP.finditer(line))
    return "" if any(_ZONE.match(line, one.end()) for one in found) else next((one[0] for one in found), "")


def points_of(settings: FilesSettings, clock: Clock, path: Path) -> Told:
    found = list(islice(points(path, settings.shown(path), clock), _FIRST))
    bad = [one for one in found if isinstance(one, Rejected)]
    if bad:
        what = f"{len(bad)} of its lines are no point; first: {bad[0].where}: {bad[0].why}."
        raise SourceError(what, fix="Mend them.")
    among = f" in the first {_FIRST} lines" if len(found) == _FIRST else ""
    return f"{len(found)} points{among}", clock.first_zoneless
