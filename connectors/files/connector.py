"""The `files` connector: what each configured file gives, and what it could not give."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from connectors.files import checks, hook
from connectors.files.clock import Clock
from connectors.files.events import Reader
from connectors.files.gaps import clock_notices, cut_short, each
from connectors.files.incidents import incident, incident_records, not_found
from connectors.files.records import Record, records
from connectors.files.series import Point, ordered, points
from connectors.files.settings import EventFile, FilesSettings, LogFile, SeriesFile
from connectors.files.source import DAMAGE, matches
from pipeline import times
from pipeline.connector import Check
from pipeline.errors import IncidentNotFound, SourceError
from pipeline.event import Event, LogSource, Notice, Rejected, Series
from pipeline.http import Http
from pipeline.incident import Incident, Window
from pipeline.receiving import Received, Signature


class FilesConnector:
    """Events, incidents, logs and series from files."""

    kind: ClassVar[str] = "files"
    Settings: ClassVar[type[FilesSettings]] = FilesSettings
    needs: ClassVar[str] = "read access to the files"
    limits: ClassVar[tuple[str, ...]] = (
        "records that cannot be understood", "damaged and cut files", "times without a zone", "clocks that are off",
        "metrics with no point in the window",
    )  # fmt: skip
    signatures: ClassVar[tuple[Signature, ...]] = (hook.SIGNATURE,)

    def __init__(self, settings: FilesSettings, http: Http) -> None:  # noqa: ARG002 - no network here
        self.settings, self.name = settings, settings.name
        several = (settings.events, settings.logs, settings.series)
        named = next(([one.path for one in files] for files in several if files), list(settings.incidents))
        self.identity = "files:" + ",".join(sorted({settings.shown(path) for path in named}))

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:  # noqa: ARG002 - collect clips
        """Every event of every file; SourceError where not one of the files can be read."""
        seen: set[Path] = set()
        for one in each(partial(self._events_matching, file, seen) for file in self.settings.events):
            yield replace(one, source=self.name) if isinstance(one, Notice) else one

    def logs(self, window: Window) -> Iterator[LogSource | Notice]:  # noqa: ARG002 - the log engine clips
        """Where the log lines are; SourceError where none of the files is there."""
        for one in each(partial(self._log, file) for file in self.settings.logs):
            yield replace(one, source=self.name) if isinstance(one, Notice) else one

    def series(self, window: Window) -> Iterator[Series | Notice]:
        """The points of every metric within the window; SourceError where not one of the files can be read."""
        for one in each(partial(self._series, file, window) for file in self.settings.series):
            yield replace(one, source=self.name) if isinstance(one, Notice) else one

    def find_incident(self, incident_id: str) -> Incident:
        """The incident with this id; IncidentNotFound names the nearest, SourceError the line that is wrong."""
        known = []
        for record in self._incident_records():
            known.append(str(record.value["id"]).strip())
            if known[-1] == incident_id:
                return incident(record, self.name, self.settings.severities)
        what, fix = not_found(incident_id, known)
        raise IncidentNotFound(what, where=", ".join(self.settings.incidents), fix=fix)

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        """The incidents that ended at or after `since` or state no end."""
        for record in self._incident_records():
            found = incident(record, self.name, self.settings.severities)
            end = found.resolved_at or (found.window.end if found.window else None)
            if end is None or end >= since:
                yield found

    def received(self, payload: Any) -> Iterator[Received]:
        """What anything at all posted, in the form of the files."""
        return hook.received(self.settings, payload)

    def check(self) -> Iterator[Check]:
        """One line a file: whether it is there, and what its first records give."""
        settings = self.settings
        for file in settings.events:
            yield from checks.look(settings, file.path, partial(self._events_check, file))
        for path in settings.incidents:
            yield from checks.look(settings, path, partial(checks.incidents, settings))
        for log in settings.logs:
            yield from checks.look(settings, log.path, partial(checks.log, settings, log))
        for metric in settings.series:
            yield from checks.look(settings, metric.path, partial(self._points_check, metric))

    def _events_check(self, file: EventFile, path: Path) -> checks.Told:
        clock = self._clock(file.zone, file.clock_offset)
        return checks.events(self.read(file, path, clock), clock)

    def _points_check(self, metric: SeriesFile, path: Path) -> checks.Told:
        return checks.points_of(self.settings, self._clock(metric.zone, metric.clock_offset), path)

    def read(self, file: EventFile, path: Path, clock: Clock | None = None) -> Iterator[Event | Notice | Rejected]:
        """Everything in one file of events; SourceError where it cannot be read at all."""
        shown, clock = self.settings.shown(path), clock or self._clock(file.zone, file.clock_offset)
        reader, line = Reader(clock, self.settings.kinds), 0
        empty = True
        try:
            for one in records(path, shown, file.format):
                empty = False
                if isinstance(one, Record):
                    line = one.line
                    yield from reader.read(one)
                else:
                    yield one
        except DAMAGE as problem:
            empty = False
            yield cut_short(shown, line, problem)
        yield from clock_notices(shown, clock)
        if empty:
            yield Notice(kind="empty", detail=f"{shown}: holds no event.")

    def _clock(self, zone: str, ahead: timedelta) -> Clock:
        return Clock(times.zone(zone) if zone else None, ahead or self.settings.clock_offset)

    def _events_matching(self, file: EventFile, seen: set[Path]) -> Iterator[Event | Notice | Rejected]:
        """The events of a path or glob, without the files in `seen`: two globs may name the same file."""
        paths = [path for path in matches(self.settings.base, file.path) if path not in seen]
        seen.update(paths)
        yield from each(partial(self.read, file, path) for path in paths)

    def _log(self, file: LogFile) -> Iterator[LogSource]:
        ahead = file.clock_offset or self.settings.clock_offset
        yield LogSource(
            paths=tuple(map(str, matches(self.settings.base, file.path))), name=file.name or self.name,
            service=file.service, format=file.format, time_format=file.time_format, zone=file.zone, year=file.year,
            clock_offset_s=ahead.total_seconds(), disorder_s=file.disorder.total_seconds(),
        )  # fmt: skip

    def _series(self, file: SeriesFile, window: Window) -> Iterator[Series | Notice]:
        found: list[Point] = []
        paths = matches(self.settings.base, file.path)
        for one in each(partial(self._points, file, path) for path in paths):
            if isinstance(one, Notice):
                yield one
            else:
                found.append(one)
        inside, step = ordered([point for point in found if point[0] in window])
        if not inside:
            detail = f"{file.path}: none of its {len(found)} points lies within the window."
            yield Notice(kind="no-data", detail=detail, gap=True)
        yield Series(
            name=file.name or Path(file.path).name.split(".")[0], query=file.query or self.settings.shown(file.path),
            unit=file.unit, service=file.service, bad=file.bad, objective=file.objective, step_s=step, points=inside,
            url=file.url,
        )  # fmt: skip

    def _points(self, file: SeriesFile, path: Path) -> Iterator[Point | Notice]:
        shown, clock = self.settings.shown(path), self._clock(file.zone, file.clock_offset)
        bad: list[Rejected] = []
        good = 0
        try:
            for one in points(path, shown, clock):
                if isinstance(one, Rejected):
                    bad.append(one)
                else:
                    good += 1
                    yield one
        except DAMAGE as problem:
            yield cut_short(shown, good, problem)
        if bad:
            detail = f"{shown}: {len(bad)} lines are no point; first: {bad[0].where}: {bad[0].why}."
            yield Notice(kind="rejected-points", detail=detail, gap=True)
        yield from clock_notices(shown, clock)

    def _incident_records(self) -> Iterator[Record]:
        if not self.settings.incidents:
            raise SourceError(
                f"the source {self.name!r} knows no incidents.",
                fix="Give it a file of incidents in the setting `incidents`.",
            )
        for path in self.settings.incidents:
            for one in matches(self.settings.base, path):
                yield from incident_records(one, self.settings.shown(one))
