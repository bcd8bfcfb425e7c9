"""Incidents out of JSON and YAML, with the line and key of every mistake."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from connectors.files.clock import Clock, article
from connectors.files.records import LARGEST, Record, document
from connectors.files.source import DAMAGE, clean, damage, opened
from pipeline.errors import SourceError
from pipeline.event import Rejected
from pipeline.incident import Incident, Window, severity

_FIELDS = (
    "id", "title", "service", "services", "severity", "opened_at", "resolved_at", "window", "url", "summary", "roles",
)  # fmt: skip


def incident_records(path: Path, shown: str) -> Iterator[Record]:
    """The records of an incidents file, none of them checked yet but all objects with an id; raises SourceError."""
    try:
        with opened(path, shown) as file:
            text = file.read(LARGEST)
    except DAMAGE as problem:
        raise SourceError(f"{damage(problem)}.", where=shown, fix="Write it again.") from None
    yaml = [one.lower() for one in path.suffixes if one.lower() in (".yaml", ".yml")]
    for record in _yaml(text, shown) if yaml else document(text, shown, "incidents"):
        if isinstance(record, Rejected):
            raise SourceError(record.why, where=record.where, fix="Mend it there.")
        if not isinstance(record, Record):
            continue
        if not isinstance(record.value, dict):
            what = f"is {article(record.value)}, not an incident."
            raise SourceError(what, where=record.where, fix="Write an object.")
        if not str(record.value.get("id") or "").strip():
            raise SourceError("id: missing.", where=record.where, fix="Give every incident an id.")
        yield record


def _yaml(text: str, shown: str) -> Iterator[Record]:
    """The records of a YAML document. Every scalar stays text as it was written, so that an id 007 keeps its zeros."""
    try:
        root = YAML(typ="safe", pure=True).compose(clean(text))
        if isinstance(root, MappingNode):
            root = next((value for key, value in root.value if key.value == "incidents"), root)
        nodes = [] if root is None else root.value if root.id == "sequence" else [root]
        for node in nodes:
            yield Record(shown, node.start_mark.line + 1, _plain(node, shown))
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        why = f"is no YAML ({problem.problem or problem.context})."
        raise SourceError(why, where=f"{shown}:{line}", fix="Mend it there.") from None
    except (YAMLError, RecursionError) as problem:
        raise SourceError(f"is no YAML ({str(problem)[:120]}).", where=shown, fix="Mend it there.") from None


def _plain(node: Node, shown: str) -> Any:
    if isinstance(node, ScalarNode):
        return None if str(node.tag).endswith(":null") else node.value
    if not isinstance(node, MappingNode):
        return [_plain(one, shown) for one in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if str(key.value) in found:
            where = f"{shown}:{key.start_mark.line + 1}"
            raise SourceError(f"the key {key.value!r} stands twice.", where=where, fix="Delete one of them.")
        found[str(key.value)] = _plain(value, shown)
    return found


def incident(record: Record, source: str, severities: Mapping[str, str]) -> Incident:
    """The incident of a record; SourceError names file, line and key of what is wrong."""
    fields = {key: value for key, value in record.value.items() if value not in (None, "")}
    for key in fields:
        if key not in _FIELDS and (near := difflib.get_close_matches(key, _FIELDS, 1, 0.85)):
            raise _wrong(record, key, f"is not known. Write {near[0]!r}.")
    raw = _text(record, fields, "severity")
    opened_at, resolved_at = _time(record, fields, "opened_at"), _time(record, fields, "resolved_at")
    if opened_at and resolved_at and resolved_at < opened_at:
        raise _wrong(record, "resolved_at", "is before opened_at.")
    return Incident(
        id=_text(record, fields, "id"), title=_text(record, fields, "title") or _text(record, fields, "id"),
        severity=severity(raw, severities), severity_raw=raw, services=_services(record, fields), opened_at=opened_at,
        resolved_at=resolved_at, window=_window(record, fields), roles=_roles(record, fields),
        url=_text(record, fields, "url"), summary=_text(record, fields, "summary"), source=source,
    )  # fmt: skip


def _wrong(record: Record, key: str, why: str) -> SourceError:
    return SourceError(f"{key}: {why}", where=record.where, fix=f"Mend incident {str(record.value['id'])[:60]!r}.")


def _text(record: Record, fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key, "")
    if isinstance(value, (dict, list, bool)):
        raise _wrong(record, key, f"is {article(value)}, not text.")
    return clean(str(value)).strip()


def _time(record: Record, fields: Mapping[str, Any], key: str) -> Any:
    if key not in fields:
        return None
    clock = Clock()
    try:
        found = clock.read(fields[key])
    except ValueError as problem:
        raise _wrong(record, key, f"{problem}.") from None
    if clock.zoneless:
        raise _wrong(record, key, f"{found.text!r} has no time zone: add Z or an offset.")
    return found.at


def _window(record: Record, fields: Mapping[str, Any]) -> Window | None:
    if "window" not in fields:
        return None
    given = fields["window"]
    if not isinstance(given, dict):
        raise _wrong(record, "window", f"is {article(given)}, not {{start, end}}.")
    start, end = (_time(record, {f"window.{key}": given.get(key)}, f"window.{key}") for key in ("start", "end"))
    if start >= end:
        raise _wrong(record, "window", "ends before it starts.")
    return Window(start, end)


def _services(record: Record, fields: Mapping[str, Any]) -> tuple[str, ...]:
    given = fields.get("services", fields.get("service", []))
    several = given if isinstance(given, list) else [given]
    if not all(isinstance(one, (str, int)) for one in several):
        raise _wrong(record, "services", "is no list of names.")
    return tuple(clean(str(one)).strip() for one in several if str(one).strip())


def _roles(record: Record, fields: Mapping[str, Any]) -> Mapping[str, str]:
    given = fields.get("roles", {})
    if not isinstance(given, dict):
        raise _wrong(record, "roles", f"is {article(given)}, not an object.")
    return {clean(str(name)): clean(str(value)) for name, value in given.items()}


def not_found(wanted: str, known: list[str]) -> tuple[str, str]:
    """What to say, and how to mend it, where no incident has the id: the nearest ids, and how many there are."""
    near = difflib.get_close_matches(wanted, known, 3, 0.4)
    what = f"no incident has the id {wanted!r}; {len(known)} are known here."
    return what, f"Nearest: {', '.join(near)}." if near else "Check the id." if known else "The file holds no incident."
