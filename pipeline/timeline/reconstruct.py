"""From a snapshot to a timeline: pure, no clock, no network, no disk."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from pipeline.event import Account
from pipeline.incident import Incident
from pipeline.snapshot import Snapshot
from pipeline.timeline import decided, key_rows, merge, milestones, phases, reviewed, rollbacks, severity, triggers
from pipeline.timeline.bursts import burst
from pipeline.timeline.evidence import register
from pipeline.timeline.frame import events_frame
from pipeline.timeline.milestones.view import View, moved
from pipeline.timeline.model import Evidence, Milestone, Signal, Timeline
from pipeline.timeline.overrides import Overrides, resolved
from pipeline.timeline.rows import log_rows, rows
from pipeline.timeline.scope import in_scope, services_around, services_in_scope
from pipeline.timeline.signals import signal
from pipeline.timeline.words import VOCABULARY, Vocabulary, add_cues

REVIEW_WITHIN = timedelta(hours=48)
NO_OVERRIDES = Overrides()


def reconstruct(
    snapshot: Snapshot,
    overrides: Overrides = NO_OVERRIDES,
    vocabulary: Vocabulary = VOCABULARY,
    *,
    merged: bool = True,
) -> Timeline:
    """Merge, mark duplicates, find milestones, phases, trigger candidates and signals.

    `vocabulary` is what the words of events are read by; only a measurement gives another one. `merged` False leaves
    each record its own row.
    """
    overrides, unclear = resolved(overrides, snapshot)
    snapshot, beyond = reviewed.within(snapshot, overrides)
    incident = _overridden(snapshot.incident, overrides)
    events = reviewed.acted(snapshot.events, overrides.roles)
    frame = merge.mark(events_frame(events), merged=merged, split=overrides.split)
    mine = in_scope(frame, incident)
    signals, points = _signals(snapshot, incident, frame[mine])
    view = _view(snapshot, incident, frame, mine, signals, vocabulary)
    found = milestones.find(view, overrides)
    decided.check(overrides, found, snapshot.window)
    made = sorted([*rows(frame), *log_rows(snapshot.logs)], key=lambda row: (row.at, row.id))
    made, hidden = reviewed.shown(reviewed.phased(phases.phased(made, found), overrides.phases), overrides)
    by_id = {event.id: event for event in events}
    undone = frozenset(rollbacks.undone(made, by_id).values())
    again = rollbacks.restored(made, by_id)
    ended = set(found["mitigated"].evidence) if found["mitigated"] else set()  # what ended it did not begin it
    changes = [row for row in made if row.id not in again and ended.isdisjoint(row.evidence)]
    first = _first_known(found)
    mark = "impact start" if first is found["impact_start"] else "detection"
    candidates = triggers.candidates(changes, incident, first, undone, mark)
    cited = {name for one in found.values() if one for name in one.evidence}
    cited |= {name for one in triggers.likely(candidates) for name in one.evidence}
    end = found["recovered"]
    made = key_rows.choose(made, incident, cited, first.at if first else None, view.around, vocabulary)
    due, due_evidence = _review_due(incident, end)
    said = (*snapshot.notices, *unclear, *beyond, *decided.notices(overrides, found, snapshot.window))
    return Timeline(
        incident=incident, window=snapshot.window, rows=reviewed.rows([*made, *hidden], overrides), milestones=found,
        durations=phases.durations(found), trigger_candidates=reviewed.candidates(candidates, overrides.titles),
        signals=signals, series=snapshot.series, logs=snapshot.logs,
        evidence=register(snapshot.events, snapshot.logs, snapshot.series, points),
        notices=said, accounts=_accounts(snapshot, frame),
        zone=overrides.zone or "UTC", decided=overrides.decided(), redactions=snapshot.redactions,
        review_due=due, review_due_evidence=due_evidence,
        severity_suggestion=None if incident.severity else severity.suggestion(made, signals),
    )  # fmt: skip


def _overridden(incident: Incident, overrides: Overrides) -> Incident:
    return replace(
        incident,
        severity=overrides.severity or incident.severity,
        severity_raw=incident.severity_raw or incident.severity,
        services=overrides.services or incident.services,
    )


def _signals(snapshot: Snapshot, incident: Incident, mine: pd.DataFrame) -> tuple[tuple[Signal, ...], list[Evidence]]:
    """What each series did; the baseline ends a minute before the first thing that says trouble."""
    told = [incident.opened_at] if incident.opened_at else []
    fired = mine[mine["moment"].eq("fired")]
    told += [
        pd.Timestamp(at).to_pydatetime() for at in (fired["active_since"].min(), fired["at"].min()) if not pd.isna(at)
    ]
    before = (min(told) if told else snapshot.window.start) - timedelta(minutes=1)
    found: list[Signal] = []
    points: list[Evidence] = []
    for series in snapshot.series:
        told_by = signal(series, before)
        if told_by:
            found.append(told_by[0])
            points += told_by[1]
    return tuple(found), points


def _view(
    snapshot: Snapshot, incident: Incident, frame: pd.DataFrame, mine: pd.Series, signals: Sequence[Signal],
    vocabulary: Vocabulary,
) -> View:  # fmt: skip
    """What the incident's own services tell; behind it what those around them tell, where nothing was measured."""
    ours = services_in_scope(incident)
    bursts = [
        found
        for log in snapshot.logs
        if log.template and log.level in ("critical", "error") and _ours(log.service, ours)
        if (found := burst(log, snapshot.window))
    ]
    view = View(
        incident=incident, window=snapshot.window, events=add_cues(frame[mine], vocabulary),
        signals=tuple(one for one in signals if _ours(one.service, ours)), bursts=tuple(bursts),
    )  # fmt: skip
    if bursts or moved(view):
        return view  # measured: what other services tell adds nothing
    around = services_around(frame, mine)
    wide = add_cues(frame[mine | frame["service"].isin(around)], vocabulary)
    return replace(view, around=around, wide=replace(view, events=wide))


def _ours(service: str, ours: frozenset[str]) -> bool:
    return not ours or not service or service.casefold() in ours


def _review_due(incident: Incident, recovered: Milestone | None) -> tuple[datetime | None, tuple[str, ...]]:
    if incident.resolved_at:
        return incident.resolved_at + REVIEW_WITHIN, ()
    return (recovered.at + REVIEW_WITHIN, recovered.evidence) if recovered else (None, ())


def _first_known(found: Mapping[str, Milestone | None]) -> Milestone | None:
    """Impact start or detection, whichever was first: what triggered the incident came before both."""
    known = [one for one in (found["impact_start"], found["detected"]) if one]
    return min(known, key=lambda one: one.at, default=None)


def _accounts(snapshot: Snapshot, frame: pd.DataFrame) -> dict[str, Account]:
    """The accounts with `shown` (one a row, at its first record) and `merged` filled in."""
    primary = ~frame.duplicated("group")
    shown, all_of = frame[primary].groupby("connector").size(), frame.groupby("connector").size()
    return {
        name: replace(account, shown=int(shown.get(name, 0)), merged=int(all_of.get(name, 0) - shown.get(name, 0)))
        for name, account in snapshot.accounts.items()
    }
