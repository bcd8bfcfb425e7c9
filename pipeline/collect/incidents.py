"""Which incident, and which window: from the incident source, or as it was given."""

from dataclasses import replace
from datetime import datetime

from pipeline.collect.jobs import Job, Progress, run, told
from pipeline.config import Config, Source
from pipeline.errors import BefellError, IncidentNotFound
from pipeline.event import Notice
from pipeline.incident import Bounds, Incident, Window, severity
from pipeline.times import rfc3339

UNBOUNDED = Bounds()


def find(incident_id: str, config: Config, now: datetime, progress: Progress | None) -> Incident:
    """The incident as `incidents.from`, or the first connector that knows it, gives it.

    Raises IncidentNotFound where no source knows the id, BefellError where one could not be asked.
    """
    jobs = [
        Job(source=source, limit=min(source.settings.time_limit, config.deadline.total_seconds()))
        for source in _desks(config)
    ]

    def ask(job: Job) -> None:
        connector, _ = job.source.open(job.limit, lambda: now)
        found: Incident = connector.find_incident(incident_id)  # type: ignore[attr-defined]
        job.records.append(replace(found, source=found.source or job.source.name))

    asked = run(jobs, ask, progress)
    for job in asked:
        if job.records:
            found: Incident = job.records[0]
            word = found.severity_raw or found.severity
            return replace(found, severity=severity(word, config.severities) or found.severity)
    raise _not_found(incident_id, asked)


def _desks(config: Config) -> list[Source]:
    """The sources to ask for an incident."""
    if config.incidents:
        return [source for source in config.connectors if source.name == config.incidents.from_]
    able = [source for source in config.connectors if source.knows_incidents]
    desks = [source for source in able if source.keeps_incidents] or able
    if not desks:
        raise BefellError(
            "no configured connector knows incidents.",
            fix="Add one that does, or describe the incident with --start, --end and --title.",
        )
    return desks


def _not_found(incident_id: str, asked: list[Job]) -> BefellError:
    """Why no source gave the incident, in one line."""
    words = [
        f"{job.source.name}: " + (f"no answer within {job.limit:g} s." if job.timed_out else told(job.failures[0]))
        for job in asked
    ]
    what = f"incident {incident_id!r} was not found: {' '.join(words)}"
    if any(job.timed_out or not isinstance(job.failures[0], IncidentNotFound) for job in asked):
        return BefellError(what, fix="Where a source stays down, describe it with --start, --end and --title.")
    return IncidentNotFound(what)


def window_of(
    incident: Incident, config: Config, now: datetime, bounds: Bounds = UNBOUNDED
) -> tuple[Window, list[Notice]]:
    """The window to collect, never past `now`, and what has to be said about it.

    An explicit window is taken as it is; the incident's own times are padded; the bounds of a reviewer outrank both.
    BefellError where there are no times.
    """
    notices = []
    before, after = config.window.before, config.window.after
    if incident.window:
        window = incident.window
    elif incident.opened_at and incident.resolved_at:
        window = Window(incident.opened_at, incident.resolved_at).padded(before, after)
    elif incident.opened_at:
        window = Window(incident.opened_at - before, now)
        detail = f"The incident was still open when the evidence was collected, up to {rfc3339(now)}."
        notices.append(Notice(kind="open incident", detail=detail, source=incident.source))
    else:
        raise BefellError(
            f"incident {incident.id!r} has neither a window nor an opening time.", fix="Give both --start and --end."
        )
    window = bounds.of(window) if bounds else window
    if now < window.end:
        window = Window(window.start, now)
        detail = f"The window was not over when the evidence was collected, up to {rfc3339(now)}."
        notices.append(Notice(kind="window cut", detail=detail, source=incident.source))
    if window.start >= window.end:
        raise BefellError(
            f"the window of incident {incident.id!r} is empty: {rfc3339(window.start)} to {rfc3339(window.end)}.",
            fix="Check the incident's times, or give both --start and --end.",
        )
    return window, notices
