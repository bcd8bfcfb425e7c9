"""An alert, and the entries of its log and its notes, as events. The texts of a log name people; titles do not."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors.jsm.settings import JsmSettings
from pipeline import times
from pipeline.alert_labels import level
from pipeline.desks import headline, labels
from pipeline.event import Event, Moment

# What a log entry tells, by its words; the first that fits counts. Views, notifications and routing are not told.
_WORDS = {
    "No longer acknowledged": r"\bun-?acknowledged\b",
    "acknowledged": r"\backnowledged\b",
    "resolved": r"\balert (?:has been |was )?(?:auto-?)?closed\b|\bclosed (?:via|by|from)\b",
    "Escalated": r"\bescalated\b",
    "Snoozed": r"\bsnoozed\b",
    "Priority changed": r"\bpriority\b.*\b(?:updated|changed)\b|\b(?:updated|changed)\b.*\bpriority\b",
    "Responders added": r"\b(?:team|responder)s?\b.*\badded\b|\badded\b.*\b(?:team|responder)s?\b",
}
_NAMES: dict[Moment, str] = {"acknowledged": "ackTime", "resolved": "closeTime"}
_WHO: dict[Moment, str] = {"acknowledged": "acknowledgedBy", "resolved": "closedBy"}
_TOLD = {name: re.compile(words, re.IGNORECASE) for name, words in _WORDS.items()}


def ended(raw: Any) -> datetime | None:
    """When an alert was closed, as far as the alert itself says."""
    return _moment(raw, "closeTime")


def alert(settings: JsmSettings, raw: Any) -> Iterator[Event]:
    """`fired`, and `acknowledged` and `resolved` where the alert itself says when; else its log does."""
    fired = alert_fired(settings, raw)
    yield fired
    report = raw.get("report") or {}
    for moment, name in _NAMES.items():
        if at := _moment(raw, name):
            who = _WHO[moment]
            actor = _actor({"owner": raw.get(who) or report.get(who)})
            yield replace(fired, at=at, at_text="", moment=moment, body="", actor_role=actor)


def entry(settings: JsmSettings, of: Any, raw: Any) -> Iterator[Event]:
    """What a log entry tells of an alert; nothing where it tells of views, notifications and the like."""
    text, at = str(raw["log"]), str(raw.get("logTime") or raw["createdAt"])
    told = next((name for name, words in _TOLD.items() if words.search(text)), "")
    state: Moment | None = next((moment for moment in _NAMES if moment == told), None)
    fired = replace(alert_fired(settings, of), at=times.parse(at), at_text=at, body="", actor_role=_actor(raw))
    if state:
        if not _moment(of, _NAMES[state]):
            yield replace(fired, moment=state)
    elif told:
        yield replace(
            fired, kind="action", moment="changed", title=f"{told}: {fired.title}", episode=None,
            native_id=f"{fired.native_id} {raw.get('offset') or at} {told}",
        )  # fmt: skip


def note(settings: JsmSettings, of: Any, raw: Any) -> Iterator[Event]:
    """What somebody, or an integration, noted on an alert."""
    title, body = headline(str(raw["note"]))
    if title:
        fired, at = alert_fired(settings, of), str(raw["createdAt"])
        yield replace(
            fired, at=times.parse(at), at_text=at, kind="message", moment="posted", title=title, body=body,
            native_id=f"note {of['id']} {raw.get('id') or raw.get('offset') or at}", episode=None, severity="",
            actor_role=_actor(raw),
        )  # fmt: skip


def alert_fired(settings: JsmSettings, raw: Any) -> Event:
    started, entity = times.parse(raw["createdAt"]), str(raw.get("entity") or "")
    tags, integration = [str(tag) for tag in raw.get("tags") or ()], str(raw.get("integrationName") or "")
    title, rest = headline(str(raw["message"]))
    return Event(
        at=started, at_text=str(raw["createdAt"]), precision_s=0.001, kind="alert", moment="fired", title=title,
        source=settings.name, native_id=f"alert {raw['id']}", episode=started,
        service=settings.service(tags, entity, integration), severity=level(str(raw.get("priority") or "")),
        labels=labels(
            number=raw.get("tinyId"), alias=raw.get("alias"), priority=raw.get("priority"), entity=entity,
            tags=", ".join(tags), integration=integration, count=raw.get("count") if raw.get("count") != 1 else "",
        ),
        body=rest,
    )  # fmt: skip


def _moment(raw: Any, name: str) -> datetime | None:
    """A time of the alert itself, or, as Opsgenie had it, the milliseconds from its beginning in its report."""
    if told := raw.get(name):
        return times.parse(told)
    after = (raw.get("report") or {}).get(name)
    return times.parse(raw["createdAt"]) + timedelta(milliseconds=after) if after else None


def _actor(raw: Any) -> str:
    """Who did it, where that is a person: the owner of an entry is an address then."""
    owner = str(raw.get("owner") or "")
    return f"login:{owner}" if "@" in owner else ""
