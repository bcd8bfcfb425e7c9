"""A draft as a document: front matter, the hash that tells whether somebody edited it, and a reviewer's overrides."""

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pipeline import incident, times
from pipeline.errors import BefellError
from pipeline.timeline.model import MILESTONES
from pipeline.timeline.overrides import Overrides

FORMAT = 1
_FRONT = re.compile(r"\A---\n(.*?)^---(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OVERRIDES = re.compile(r"^overrides:[^\n]*\n(?:(?:[ \t#}\]][^\n]*)?\n)*", re.MULTILINE)
_GENERATED = re.compile(r"^generated: ?(\S*)[^\n]*\n", re.MULTILINE)
_META = re.compile(r'<meta name="befell-generated" content="([^"]*)">')
_ACTION = re.compile(r"\|\s*<!-- befell:action:(\w+) -->")
_WHERE = "the draft's front matter"


class _Mistake(Exception):
    """A key of the overrides that cannot be used: the key, what is wrong, and how to mend it."""

    def __init__(self, key: str, what: str, fix: str) -> None:
        super().__init__(key, what, fix)
        self.key, self.what, self.fix = key, what, fix


def split(text: str, file: str = "") -> tuple[dict[str, Any], str]:
    """Front matter and body; ({}, text) where there is none. BefellError, naming the file, for YAML that has faults."""
    front, body = parts(text)
    if not front:
        return {}, body
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe", pure=True).load(front)
    except YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = _place(file, mark.line) if mark else file or _WHERE
        why = getattr(problem, "problem", None) or "it is not YAML"
        raise BefellError(f"cannot be read: {why}.", where=where, fix="Mend that line, or remove it.") from None
    except ValueError as problem:
        fix = "Write times as 2026-11-24T09:41:00Z."
        raise BefellError(f"cannot be read: {problem}.", where=file or _WHERE, fix=fix) from None
    if not isinstance(found, dict):
        raise BefellError("holds no keys.", where=file or _WHERE, fix="Write `key: value` lines between the two `---`.")
    return found, body


def is_untouched(text: str) -> bool:
    """Whether this is, overrides and line ends apart, what befell wrote; False where there is no hash."""
    if _is_html(text):
        found = _META.search(text)
        return bool(found) and found[1] == _digest(_META.sub("", _lines(text)))  # type: ignore[index]
    front, body = parts(text)
    found = _GENERATED.search(front)
    return bool(found) and found[1] == _hash(front, body)  # type: ignore[index]


def seal(text: str) -> str:
    """The draft with its hash filled in."""
    if _is_html(text):
        return _META.sub(f'<meta name="befell-generated" content="{_digest(_META.sub("", text))}">', text, count=1)
    front, body = parts(text)
    line = f"generated: {_hash(front, body)}\n"
    return f"---\n{_GENERATED.sub(line, front, count=1)}---\n{body}"


def with_overrides(text: str, reviewed: str) -> str:
    """A new draft that keeps the overrides block of the reviewed one, word for word."""
    kept = _OVERRIDES.search(parts(reviewed)[0])
    front, body = parts(text)
    if kept is None or not front:
        return text
    return f"---\n{_OVERRIDES.sub(lambda _: kept[0], front, count=1)}---\n{body}"


def stamp(text: str) -> str:
    """The hash of what befell wrote, as a draft in Markdown states it; "" where it states none."""
    found = _GENERATED.search(parts(text)[0])
    return found[1] if found else ""


def stamped(text: str, stamp: str) -> str:
    """The draft with another hash in the place of its own; without one it stays without."""
    front, body = parts(text)
    if not front:
        return text
    return f"---\n{_GENERATED.sub(f'generated: {stamp}' + chr(10), front, count=1)}---\n{body}"


def overrides_of(text: str, file: str = "") -> Overrides:
    """What the reviewer put into `overrides`; BefellError names file, line and key of what cannot be used."""
    if _is_html(text):
        return Overrides()
    try:
        found = _overrides(split(text, file)[0].get("overrides") or {})
    except _Mistake as problem:
        where = _where(text, problem.key, file)
        raise BefellError(f"{problem.key}: {problem.what}", where=where, fix=problem.fix) from None
    return replace(found, where={name: _where(text, f"overrides.milestones.{name}", file) for name in found.milestones})


def actions(text: str) -> list[dict[str, str]]:
    """The action items of a draft: its id and what the columns say, "" where nothing was filled in."""
    names = ("action", "owner", "due", "type", "priority", "verification", "tracker")
    found = {}
    for line in parts(text)[1].split("\n"):
        if named := _ACTION.match(line):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[2:]]
            said = ["" if "_" in cell[:1] else cell for cell in [*cells, *[""] * len(names)]]
            found[named[1]] = {"id": named[1], **dict(zip(names, said, strict=False))}
    return list(found.values())


def _overrides(value: Any) -> Overrides:
    given = _mapping(value, "overrides", ("severity", "services", "milestones", "split"))
    said = str(given.get("severity") or "")
    severity = incident.severity(said)
    if said and not severity:
        raise _unusable("overrides.severity", said, "Write SEV-1, SEV-2, SEV-3 or SEV-4.")
    services = _names("services", given, "[checkout, payments]")
    milestones = _mapping(given.get("milestones") or {}, "overrides.milestones", MILESTONES)
    moments = {name: _time(f"overrides.milestones.{name}", value) for name, value in milestones.items()}
    apart = _names("split", given, "[k3v7qx2m9abc], evidence ids of the rows to take apart")
    return Overrides(severity=severity, services=services, milestones=moments, split=apart)


def _where(text: str, key: str, file: str) -> str:
    """File and line of a key such as `overrides.milestones.detected`, or of what holds it."""
    from ruamel.yaml import YAML

    node, line = YAML(typ="safe", pure=True).compose(parts(text)[0]), 0
    for step in key.split("."):
        entries = node.value if node.id == "mapping" else ()
        name, node = next(((name, one) for name, one in entries if name.value == step), (None, node))
        if name is None:
            break
        line = name.start_mark.line
    return _place(file, line)


def _place(file: str, line: int) -> str:
    """`line` counts from 0 below the first `---`."""
    return f"{file}:{line + 2}" if file else f"{_WHERE}, line {line + 2}"


def _is_html(text: str) -> bool:
    return text.lstrip("\ufeff \n\r\t")[:15].lower().startswith("<!doctype html")


def _lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def parts(text: str) -> tuple[str, str]:
    """The lines between the two `---`, and what follows; "" and the text where there are none."""
    text = _lines(text)
    found = _FRONT.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _hash(front: str, body: str) -> str:
    return _digest(_GENERATED.sub("", _OVERRIDES.sub("", front, count=1), count=1) + "---\n" + body)


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise _unusable(f"overrides.{key}", found, f"Write a list of names: {example}.")
    return tuple(found)


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
