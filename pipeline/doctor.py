"""Whether befell can do its work: the configuration, this machine, and every source, each asked by its own `check`."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import times
from pipeline.collect import incidents
from pipeline.collect.clean import rules
from pipeline.collect.jobs import Job, Progress, run, told
from pipeline.config import Config
from pipeline.connector import Check, Connector
from pipeline.errors import BefellError
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.redact import Redactor

HERE = "befell"  # what is no source's


@dataclass(frozen=True, slots=True)
class Finding:
    """One check, and whose it is."""

    source: str
    check: Check


def examine(
    config: Config, clock: Callable[[], datetime], incident_id: str = "", progress: Progress | None = None
) -> list[Finding]:
    """Everything that can be checked, redacted; all sources side by side, each within its own time limit.

    With an incident, a source that does not reach back to the start of its window is not well.
    """
    found = [Finding(HERE, check) for check in (_sources(config), _time_zones(), *_folders(config))]
    window = None
    if incident_id:
        check, window = _incident(incident_id, config, clock(), progress)
        found.append(Finding(HERE, check))
    jobs = [
        Job(source=source, limit=min(source.settings.time_limit, config.deadline.total_seconds()))
        for source in config.connectors
    ]
    for job in run(jobs, lambda job: _ask(job, clock), progress):
        found += [Finding(job.source.name, check) for check in _of(job, window)]
    redactor = Redactor(rules(config))
    return [Finding(one.source, redactor.record(one.check)) for one in found]


def _sources(config: Config) -> Check:
    names = ", ".join(source.name for source in config.connectors)
    return Check("configuration", True, f"{len(config.connectors)} sources: {names}")


def _time_zones() -> Check:
    """befell itself thinks in UTC; sources without a zone are named by IANA names, which need a database."""
    try:
        times.zone("Europe/Berlin")
    except ValueError:
        return Check("time zones", False, "this machine has no database of time zones.", "Install the package tzdata.")
    return Check("time zones", True, "names are known; times are read and shown in UTC, whatever this machine's zone")


def _folders(config: Config) -> Iterator[Check]:
    for name, folder in (("drafts", config.drafts), ("snapshots", config.snapshots)):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        ok = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
        shown = _shown(folder, config.base)
        fix = "" if ok else f"Let this user write to {_shown(there, config.base)}, or name another folder."
        yield Check(name, ok, f"{shown} can be written to" if ok else f"{shown} cannot be written to.", fix)


def _shown(path: Path, base: Path) -> str:
    return str(path.relative_to(base)) if path.is_relative_to(base) and path != base else str(path)


def _incident(
    incident_id: str, config: Config, now: datetime, progress: Progress | None
) -> tuple[Check, Window | None]:
    try:
        found = incidents.find(incident_id, config, now, progress)
        window, _ = incidents.window_of(found, config, now)
    except BefellError as problem:
        return Check("incident", False, problem.what, problem.fix or "Check the id."), None
    days = (now - window.start).total_seconds() / 86400
    told = f"{found.id}, known to {found.source}; its window begins {days:.1f} days ago, at {_at(window.start)}"
    return Check("incident", True, told), window


def _ask(job: Job, clock: Callable[[], datetime]) -> None:
    connector, http = job.source.open(job.limit, clock)
    try:
        job.attempt(lambda: _take(job, connector))
    finally:
        job.records += _clocks(http)


def _take(job: Job, connector: Connector) -> None:
    for check in connector.check():
        job.records.append(check)


def _clocks(http: Http) -> Iterator[Check]:
    """Whether the clock of each server that answered agrees with this machine's."""
    for host, agrees in http.clocks.items():
        told = next((one.detail for one in http.notices if one.detail.startswith(f"The clock of {host} ")), "")
        fix = "" if agrees else "Set both clocks by a time server (NTP)."
        yield Check(f"clock of {host}", agrees, told or "agrees with this machine's", fix)


def _of(job: Job, window: Window | None) -> Iterator[Check]:
    """What a source's checks gave, what they did not get to, and what was noticed on the way."""
    checks: list[Check] = job.records
    own_clock = any(check.name == "clock" for check in checks)
    for check in checks:
        if check.name.startswith("clock of ") and own_clock:
            continue
        if window and check.reaches and check.reaches > window.start:
            yield Check(
                check.name, False,
                f"reaches back to {_at(check.reaches)}, and the window begins at {_at(window.start)}: "
                "what came before is not seen.",
                "Raise the retention of this source for the next time; draft soon after an incident.", check.reaches,
            )  # fmt: skip
        else:
            yield check
    for problem in job.failures:
        if isinstance(problem, BefellError):
            what = f"{problem.where}: {problem.what}" if problem.where else problem.what
            yield Check("check", False, what, problem.fix or "Mend its settings.")
        else:
            yield Check("check", False, told(problem), "Report it.")
    if job.timed_out:
        yield Check(
            "check", False, f"no answer within {job.limit:g} s.", "See whether it is up; else raise its time_limit."
        )


def _at(at: datetime) -> str:
    return times.rfc3339(at.replace(microsecond=0))
