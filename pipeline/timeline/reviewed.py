"""Evidence, rows and candidates as a reviewer set them: bounded, hidden, starred, retitled, moved to another phase."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.errors import BefellError
from pipeline.event import Account, Event, Notice
from pipeline.incident import Window
from pipeline.snapshot import Snapshot
from pipeline.timeline.model import Row, TriggerCandidate
from pipeline.timeline.overrides import Overrides
from pipeline.times import rfc3339

HIDDEN = "hidden by the reviewer"


def within(snapshot: Snapshot, overrides: Overrides) -> tuple[Snapshot, list[Notice]]:
    """The snapshot as if it had been collected for the window that the reviewer set; BefellError where none is left."""
    if not overrides.window:
        return snapshot, []
    asked = overrides.window.of(snapshot.window)
    window = Window(max(asked.start, snapshot.window.start), min(asked.end, snapshot.window.end))
    have = f"{rfc3339(snapshot.window.start)} to {rfc3339(snapshot.window.end)}"
    if window.start >= window.end:
        raise BefellError(
            f"overrides.window: no evidence lies in it; what was collected is of {have}.",
            where=overrides.window.where,
            fix="Mend the times.",
        )
    notices = []
    if asked != window:
        detail = f"the window set by the reviewer reaches beyond the evidence, which is of {have}: collect it again"
        notices.append(Notice(kind="override", detail=detail))
    return _clipped(snapshot, window), notices


def _clipped(snapshot: Snapshot, window: Window) -> Snapshot:
    events = tuple(event for event in snapshot.events if event.at in window)
    logs = tuple(log for log in snapshot.logs if log.first < window.end and log.last >= window.start)
    accounts = {name: replace(account) for name, account in snapshot.accounts.items()}
    for event in snapshot.events:
        if event.at not in window:
            accounts.setdefault(event.connector, Account()).outside_window += 1
    for log in snapshot.logs:
        if log not in logs and log.connector in accounts:
            accounts[log.connector].summarised -= log.count
            accounts[log.connector].outside_window += log.count
    series = tuple(
        replace(one, points=tuple(point for point in one.points if window.start <= point[0] <= window.end))
        for one in snapshot.series
    )
    return replace(snapshot, window=window, events=events, logs=logs, series=series, accounts=accounts)


def acted(events: Iterable[Event], roles: Mapping[str, str]) -> tuple[Event, ...]:
    """The events with the roles that the reviewer gave, by id or by the role that is replaced."""
    if not roles:
        return tuple(events)
    return tuple(
        replace(event, actor_role=new) if (new := roles.get(event.id) or roles.get(event.actor_role)) else event
        for event in events
    )


def phased(made: Iterable[Row], phases: Mapping[str, str]) -> list[Row]:
    """The rows in the phases that the reviewer moved them to."""
    if not phases:
        return [*made]
    return [replace(row, phase=_of(row.evidence, phases) or row.phase) for row in made]  # type: ignore[arg-type]


def shown(made: Iterable[Row], overrides: Overrides) -> tuple[list[Row], list[Row]]:
    """The rows to choose among, and those that the reviewer hid, set aside."""
    if not overrides.hidden:
        return [*made], []
    hidden = set(overrides.hidden)
    seen, unseen = [], []
    for row in made:
        if hidden.isdisjoint(row.evidence):
            seen.append(row)
        else:
            unseen.append(replace(row, aside=HIDDEN))
    return seen, unseen


def rows(made: Iterable[Row], overrides: Overrides) -> tuple[Row, ...]:
    """The chosen rows and the hidden ones by time, starred and retitled as the reviewer set it."""
    starred = set(overrides.starred)
    told = ((row, _of(row.evidence, overrides.titles) if overrides.titles else "") for row in made)
    named = (replace(row, title=title) if title else row for row, title in told)
    marked = (row if starred.isdisjoint(row.evidence) else replace(row, key=True, aside="") for row in named)
    return tuple(sorted(marked, key=lambda row: (row.at, row.id)))


def candidates(found: Iterable[TriggerCandidate], titles: Mapping[str, str]) -> tuple[TriggerCandidate, ...]:
    """The trigger candidates under the titles that the reviewer gave."""
    return tuple(replace(one, title=_of(one.evidence, titles) or one.title) for one in found)


def _of(evidence: Iterable[str], given: Mapping[str, str]) -> str:
    return next((given[name] for name in evidence if name in given), "")
