"""What belongs together, and when an incident is over. Pure: no clock, no store."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.event import ALERTS, Event
from pipeline.store.watches import Episode, Watch

LASTING = timedelta(hours=24)  # an alert that fired so long before is a state of things, and holds no incident open
_EVER = datetime.max.replace(tzinfo=UTC)


def paired(events: Iterable[Event]) -> list[list[Event]]:
    """The moments of each alert episode, in the order of time: by the start that they state, else from firing on until
    the alert is resolved."""
    found: list[list[Event]] = []
    going: dict[tuple[str, datetime | None], list[Event]] = {}
    alerts = (one for one in events if one.kind in ALERTS and one.moment in ("fired", "resolved") and one.native_id)
    for event in sorted(alerts, key=lambda one: (one.at, one.moment)):
        key = (event.native_id, event.episode)
        if key not in going:
            found.append(going.setdefault(key, []))
        going[key].append(event)
        if event.moment == "resolved" and event.episode is None:
            del going[key]
    return found


def belongs(episode: Episode, watch: Watch, members: Sequence[Episode], quiet: timedelta) -> bool:
    """Whether an alert episode is of this incident: they share a service, or it is the same alert, and they overlap.

    Overlapping counts within the quiet period: what fires again before it is over continues the incident.
    """
    end = watch.resolved_at or _EVER
    after = episode.opened_at > min(end, _EVER - quiet) + quiet
    before = (episode.resolved_at or _EVER) < watch.opened_at - quiet
    newest = max((one.opened_at for one in members), default=watch.opened_at)
    if after or before or episode.opened_at - newest > LASTING:
        return False
    alert = (episode.source, episode.native_id, episode.service)
    again = any((one.source, one.native_id, one.service) == alert for one in members)
    return again or bool(episode.service and episode.service in watch.services)


def of_alerts(episodes: Sequence[Episode], known: Watch | None = None) -> Watch:
    """The incident that alert episodes make; its id is that of the first, and stays when it is `known`."""
    newest = max(one.opened_at for one in episodes)
    telling = [one for one in episodes if one.resolved_at or newest - one.opened_at <= LASTING]
    ordered = sorted(telling, key=lambda one: (one.opened_at, one.source, one.native_id))
    first = ordered[0]
    ends = [one.resolved_at for one in ordered]
    more = len({(one.source, one.native_id) for one in ordered}) - 1
    title = f"{first.title} and {more} more alert{'s' * (more > 1)}" if more else first.title
    return replace(
        known or Watch(id=_name(first), kind="alerts", source=first.source, title="", opened_at=first.opened_at),
        title=title,
        opened_at=first.opened_at,
        resolved_at=None if None in ends else max(end for end in ends if end),
        severity=min((one.severity for one in ordered if one.severity), default=""),
        services=tuple(sorted({one.service for one in ordered if one.service})),
    )


def followed(old: Watch | None, new: Watch, episodes: Iterable[Episode], now: datetime, quiet: timedelta) -> Watch:
    """The watch as it goes on: open while it is not over, else quiet until it is due.

    The quiet period starts with the closure, and again with each alert that fires after it. Where nothing changed, the
    watch stays as it was: a delivery that is sent again makes no second draft.
    """
    due = None
    if new.resolved_at:
        due = min(max([new.resolved_at, *(one.opened_at for one in episodes)]), now) + quiet
    new = replace(new, due_at=due)
    if old and _facts(old) == _facts(new):
        return old
    generation = old.generation + 1 if old else 1
    return replace(new, state="quiet" if due else "open", generation=generation, tries=0, problem="")


def _facts(watch: Watch) -> tuple[object, ...]:
    return (
        watch.title, watch.severity, watch.services, watch.opened_at, watch.resolved_at, watch.due_at,
        watch.state in ("merged", "withdrawn"),
    )  # fmt: skip


def _name(first: Episode) -> str:
    """An id that anybody who sees the same first alert arrives at."""
    slug = re.sub(r"[^a-z0-9]+", "-", first.title.casefold()).strip("-")[:40].strip("-")
    told = "\x1f".join((first.source, first.native_id, first.opened_at.isoformat()))
    return f"{first.opened_at:%Y-%m-%d-%H%M}-{slug or 'alert'}-{hashlib.sha256(told.encode()).hexdigest()[:6]}"
