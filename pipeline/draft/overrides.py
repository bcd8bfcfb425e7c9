"""What a reviewer set under `overrides` in the front matter of a draft, checked; errors name file, line and key."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pipeline import incident, times
from pipeline.draft.document import is_html, parts, place, split
from pipeline.errors import BefellError
from pipeline.incident import Bounds
from pipeline.timeline.model import MILESTONES
from pipeline.timeline.overrides import Overrides

PHASES = ("before", "detection", "mitigation", "recovery", "after")
KEYS = (
    "severity", "services", "window", "milestones", "hidden", "starred", "titles", "phases", "split", "zone", "roles",
)  # fmt: skip
_IDS = "[k3v7qx2m9abc], ids of evidence as the draft cites them"


class _Mistake(Exception):
    """A key of the overrides that cannot be used: the key, what is wrong, and how to mend it."""

    def __init__(self, key: str, what: str, fix: str) -> None:
        super().__init__(key, what, fix)
        self.key, self.what, self.fix = key, what, fix


def overrides_of(text: str, file: str = "") -> Overrides:
    """What the reviewer put into `overrides`; BefellError names file, line and key of what cannot be used."""
    given = {} if is_html(text) else split(text, file)[0].get("overrides") or {}
    if not given:
        return Overrides()
    try:
        lines = dict(_lines(parts(text)[0]))
    except RecursionError:
        fix = "Write out what stands for itself (& and *)."
        raise BefellError("overrides: a value is inside itself.", where=file, fix=fix) from None
    where = {key.removeprefix("overrides."): place(file, line) for key, line in lines.items()}
    try:
        return _overrides(given, where)
    except _Mistake as problem:
        at = problem.key
        while at not in lines and "." in at:  # a key that is not there: what holds it
            at = at.rpartition(".")[0]
        raise BefellError(f"{problem.key}: {problem.what}", where=place(file, lines[at]), fix=problem.fix) from None


def _lines(front: str) -> Iterator[tuple[str, int]]:
    """Each key from `overrides` on, such as `overrides.milestones.detected`, and its line below the first `---`."""
    from ruamel.yaml import YAML

    def walk(node: Any, above: str) -> Iterator[tuple[str, int]]:
        for name, inner in node.value if node.id == "mapping" else ():
            yield f"{above}{name.value}", name.start_mark.line
            yield from walk(inner, f"{above}{name.value}.")

    found = walk(YAML(typ="safe", pure=True).compose(front), "")
    return ((key, line) for key, line in found if key.partition(".")[0] == "overrides")


def _overrides(value: Any, where: Mapping[str, str]) -> Overrides:
    given = _mapping(value, "overrides", KEYS)
    said = str(given.get("severity") or "")
    severity = incident.severity(said)
    if said and not severity:
        raise _unusable("overrides.severity", said, "Write SEV-1, SEV-2, SEV-3 or SEV-4.")
    window = _window(given)
    milestones = _mapping(given.get("milestones") or {}, "overrides.milestones", MILESTONES)
    hidden, starred = _names("hidden", given, _IDS), _names("starred", given, _IDS)
    if both := [name for name in starred if name in hidden]:
        raise _Mistake("overrides.starred", f"{both[0]} is hidden too.", "Take it out of one of the two.")
    return Overrides(
        severity=severity, services=_names("services", given, "[checkout, payments]"), where=where,
        window=Bounds(window.get("start"), window.get("end"), where.get("window", "")),
        milestones={name: _time(f"overrides.milestones.{name}", value) for name, value in milestones.items()},
        hidden=hidden, starred=starred, titles=_texts("titles", given, "k3v7qx2m9abc: Roll back to 4.1"),
        phases=_phases(given), split=_names("split", given, _IDS), zone=_zone(given),
        roles=_texts("roles", given, "k3v7qx2m9abc: database lead, or a role and the one to replace it"),
    )  # fmt: skip


def _window(given: Mapping[str, Any]) -> dict[str, datetime | None]:
    asked = _mapping(given.get("window") or {}, "overrides.window", ("start", "end"))
    found = {name: _time(f"overrides.window.{name}", value) for name, value in asked.items()}
    start, end = found.get("start"), found.get("end")
    if start and end and start >= end:
        raise _Mistake("overrides.window", f"starts {times.rfc3339(start)}, not before its end.", "Mend the times.")
    return found


def _phases(given: Mapping[str, Any]) -> dict[str, str]:
    found = _texts("phases", given, "k3v7qx2m9abc: mitigation")
    for name, phase in found.items():
        if phase not in PHASES:
            raise _unusable(f"overrides.phases.{name}", phase, f"Phases are {', '.join(PHASES)}.")
    return found


def _zone(given: Mapping[str, Any]) -> str:
    said = given.get("zone") or ""
    try:
        times.zone(said if isinstance(said, str) else "?") if said else None
    except ValueError:
        fix = "Write a name such as Europe/Berlin, or an offset such as '+09:00' in quotes."
        raise _unusable("overrides.zone", said, fix) from None
    return str(said)


def _mapping(value: Any, where: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _unusable(where, value, f"Write keys and values; known are {', '.join(known)}.")
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(known)}."
            raise _Mistake(f"{where}.{key}", "unknown key.", hint)
    return value


def _names(key: str, given: Mapping[str, Any], example: str) -> tuple[str, ...]:
    found = given.get(key) or []
    if not isinstance(found, list) or not all(isinstance(name, str) and name.strip() for name in found):
        raise _unusable(f"overrides.{key}", found, f"Write a list of names: {example}; in quotes where it is a number.")
    return tuple(found)


def _texts(key: str, given: Mapping[str, Any], example: str) -> dict[str, str]:
    found = given.get(key) or {}
    if not isinstance(found, dict):
        raise _unusable(f"overrides.{key}", found, f"Write names and texts: {example}.")
    for name, text in found.items():
        if not isinstance(name, str) or not isinstance(text, str) or not text.strip():
            fix = f"Write a text, in quotes where it is a number: {example}."
            raise _unusable(f"overrides.{key}.{name}", text if isinstance(name, str) else name, fix)
    return {name: text.strip() for name, text in found.items()}


def _time(where: str, value: Any) -> datetime | None:
    """None for null; a time must say its zone, since a wrong guess moves a milestone by hours."""
    if value is None:
        return None
    shown = value.isoformat() if isinstance(value, date) else value
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip()) if ":" in value else value
        if isinstance(value, datetime) and value.tzinfo:
            return times.checked(value)
    except ValueError:
        pass
    if isinstance(value, datetime) and value.tzinfo is None:
        raise _Mistake(where, f"{shown!r} has no time zone.", f"Write {value.isoformat()}Z for UTC, or an offset.")
    raise _unusable(where, shown, "Write a date and time as 2026-11-24T09:41:00Z, or null for unknown.")


def _unusable(key: str, value: Any, fix: str) -> _Mistake:
    return _Mistake(key, f"{value!r} cannot be used.", fix)
