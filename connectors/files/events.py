"""One record of a file as befell's events."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connectors.files.clock import Clock, Reading, article
from connectors.files.records import Record
from connectors.files.source import clean
from connectors.files.words import kind_of, level_of, moment_of, nearest
from pipeline.event import Event, Kind, Rejected

FIELDS = (
    "time", "kind", "title", "id", "source", "service", "severity", "status", "end", "actor_role", "url", "labels",
    "body", "active_since", "episode", "fingerprint",
)  # fmt: skip
_PEOPLE = ("actor", "author", "user")
_STILL_FIRING = "0001-01-01"  # Alertmanager's webhook writes this for an end that is not known yet


@dataclass(frozen=True, slots=True)
class Reader:
    """What the records of one file have in common: its clock, and the user's words for kinds.

    A record without `source` keeps it empty: collect fills in the configured name, which must not enter evidence ids.
    """

    clock: Clock
    kinds: Mapping[str, Kind]

    def read(self, record: Record) -> Iterator[Event | Rejected]:
        """The event of a record (for an alert with an end two: fired and resolved), or why it is none."""
        try:
            fields = _fields(record.value)
            end = self._time(fields, "end")
            event = self._event(fields, end)
        except ValueError as problem:
            yield Rejected(where=record.where, why=clean(str(problem)))
            return
        yield event
        if event.kind == "alert" and end:
            yield replace(event, moment="resolved", at=end.at, at_text=end.text, precision_s=end.precision_s, end=None)

    def _event(self, fields: Mapping[str, Any], end: Reading | None) -> Event:
        at = self._time(fields, "time")
        if at is None:
            raise ValueError(_missing("time", fields, "Give it like 2026-11-24T09:26:46Z."))
        kind = self._kind(fields)
        title = _text(fields, "title")
        if not title:
            raise ValueError(_missing("title", fields, "Say in a few words what happened."))
        labels = _labels(fields)
        status, since = _text(fields, "status"), self._time(fields, "active_since")
        moment = moment_of(kind, status, title, labels)
        if end and end.at < at.at:
            raise ValueError(f"end: {end.text!r} is before time.")
        episode = self._time(fields, "episode")
        if kind == "alert" and end:
            moment = "fired" if moment == "resolved" else moment
            episode = episode or at
        raw = _text(fields, "severity")
        level = level_of(raw)
        for name, word, ours in (("severity", raw, level), ("status", status, moment)):
            if word and word != ours:
                labels.setdefault(name, word)
        return Event(
            at=at.at, kind=kind, moment=moment, title=title, source=_text(fields, "source"),
            native_id=_text(fields, "id"), episode=_instant(episode), end=_instant(end), active_since=_instant(since),
            service=_text(fields, "service"), severity=level, fingerprint=_text(fields, "fingerprint"), labels=labels,
            url=_text(fields, "url"), body=_text(fields, "body"), actor_role=_actor(fields), at_text=at.text,
            precision_s=at.precision_s,
        )  # fmt: skip

    def _kind(self, fields: Mapping[str, Any]) -> Kind:
        word = _text(fields, "kind")
        if not word:
            raise ValueError(_missing("kind", fields, "Write alert, deploy, message or another kind."))
        try:
            return kind_of(word, self.kinds)
        except ValueError as problem:
            raise ValueError(f"kind: {problem}") from None

    def _time(self, fields: Mapping[str, Any], name: str) -> Reading | None:
        value = fields.get(name)
        if value is None or (name != "time" and str(value).startswith(_STILL_FIRING)):
            return None
        try:
            return self.clock.read(value)
        except ValueError as problem:
            raise ValueError(f"{name}: {problem}.") from None


def _fields(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"is {article(value)}, not an object with time, kind and title.")
    blank = {name for name, part in value.items() if part is None or (isinstance(part, str) and not part.strip())}
    return {name: part for name, part in value.items() if name not in blank}


def _missing(name: str, fields: Mapping[str, Any], fix: str) -> str:
    near = nearest(name, [other for other in fields if other not in FIELDS])
    return f"{name}: missing. " + (f"Rename {near} to {name!r}." if near else fix)


def _instant(reading: Reading | None) -> datetime | None:
    return reading.at if reading else None


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if isinstance(value, (dict, list, bool)):
        raise ValueError(f"{name}: is {article(value)}, not text.")
    return clean(str(value)).strip()


def _actor(fields: Mapping[str, Any]) -> str:
    """The role as given; otherwise the login, marked for collect, which maps it to a role."""
    if role := _text(fields, "actor_role"):
        return role
    login = next((_text(fields, name) for name in _PEOPLE if name in fields), "")
    return f"login:{login}" if login else ""


def _labels(fields: Mapping[str, Any]) -> dict[str, str]:
    """The labels, the columns `label.x`, and the fields that befell has no word for: nothing that was read is lost."""
    given = fields.get("labels", {})
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise ValueError(f"labels: {given[:60]!r} is no JSON object.") from None
    if not isinstance(given, dict):
        raise ValueError(f"labels: is {article(given)}, not an object.")
    found = {name: value for name, value in fields.items() if name not in FIELDS and name not in _PEOPLE}
    found = {name.removeprefix("label."): value for name, value in found.items()} | given
    return {clean(name): _label(value) for name, value in found.items() if value is not None}


def _label(value: Any) -> str:
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True))
