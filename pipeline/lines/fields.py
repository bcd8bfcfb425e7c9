"""What a record says, apart from its envelope: JSON, logfmt, access line, klog or free text."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pipeline.lines import levels
from pipeline.lines.masked import masked
from pipeline.lines.templates import whole_words


class Parsed(NamedTuple):
    """One line, understood. `when` is the time as written, None where the line has none.

    `traits` are telling fields (status, error type) that tell templates apart; `template` is set where the format
    itself gives it. A `nested` message is an envelope's content, understood once all `partial` pieces are there;
    `stream` says which lines of an envelope belong together; a `padded` one may begin with spaces for no reason.
    `telling`: a status or level in it is made of digits, so that lines which are alike once masked may differ.
    """

    when: str | float | None
    level: str
    message: str
    traits: str = ""
    template: str = ""
    nested: bool = False
    stream: str = ""
    partial: bool = False
    padded: bool = False
    telling: bool = False


_ROLES = {
    "when": "@timestamp timestamp time ts t datetime date asctime eventTime event_time timeMillis epoch @t _time "
    "__realtime_timestamp",
    "level": "level severity lvl loglevel logLevel log_level log.level levelname level_name @l priority",
    "message": "message msg @m @mt event log text body short_message",
    "status": "status status_code statusCode http_status http.status_code http.response.status_code",
    "error": "error err exception error.type exception.type error_type exception_class exc_type error.kind err.type",
    "stack": "stack stack_trace stackTrace stacktrace error.stack_trace exception.stacktrace exc_info err.stack",
}
_ROLE = {
    spelt: (role, rank)
    for role, words in _ROLES.items()
    for rank, word in enumerate(words.split())
    for spelt in (word, word.capitalize(), word.upper())
}
_TYPE = re.compile(r"^(?:[\w-]+\.)*[A-Za-z_]\w*(?:Exception|Error|Timeout|Failure|Interrupt|Exit|Throwable)\b")
_PAIR = re.compile(r'(?<![\w.@/-])([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)')
_LOGFMT = re.compile(r'(?:^|\s)(?:level|lvl|msg|severity)=|^(?:ts|time|t|timestamp)="?\d')
_HEAD = re.compile(r'"([@\w.]{1,32})"\s*:\s*(?:"((?:[^"\\]|\\.){0,4000})"?|(-?\d+(?:\.\d+)?))')
_ACCESS = re.compile(
    r'\[(\d\d?/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?=\s|$)'
)
_KLOG = re.compile(r"([IWEF])(\d{4} \d\d:\d\d:\d\d\.\d+) +\d+ [^\s\]]+\] ?(.*)", re.DOTALL)
_DIGIT = re.compile(r"\d")
_ID = re.compile(r"\d|[0-9a-fA-F-]{16,}")


def content(text: str) -> Parsed:
    """The level, message and telling fields of a text; `when` too where its format has a time."""
    first = text[:1]
    if first == "{" and (found := from_json(text)):
        return found
    if '] "' in text and (found := access(text)):
        return found
    if first in "IWEF" and (found := klog(text)):
        return found
    if "=" in text[:64] and _LOGFMT.search(text, 0, 400) and (found := logfmt(text)):
        return found
    return Parsed(None, levels.find(text), text)


def from_json(text: str) -> Parsed | None:
    """An object in JSON; of one too long to be kept whole, the fields near its start."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        found = {key: float(number) if number else word for key, word, number in _HEAD.findall(text, 0, 8192)}
        return from_fields(found) if found and _has_role(found) else None
    return from_fields(value) if isinstance(value, dict) and value else None


def logfmt(text: str) -> Parsed | None:
    """`key=value key="quoted value"`: two pairs at least, or it is free text with an equals sign in it."""
    found = {key: _unquoted(value) for key, value in _PAIR.findall(text)}
    return from_fields(found) if len(found) > 1 and _has_role(found) else None


def _unquoted(value: str) -> str:
    return value[1:-1].replace('\\"', '"').replace("\\n", "\n") if value[:1] == '"' else value


def _has_role(keys: Iterable[str]) -> bool:
    return any(_ROLE.get(key, ("",))[0] in ("when", "level", "message") for key in keys)


def from_fields(fields: Mapping[str, Any]) -> Parsed:
    """The record that named fields make."""
    picked = _picked(fields)
    word = picked.get("level")
    if word is None and isinstance(fields.get("log"), dict):
        word = fields["log"].get("level")
    message = picked.get("message")
    message = message if isinstance(message, str) else _described(fields)
    status, error = _status(picked.get("status")), _error(picked.get("error"), picked.get("stack"))
    level = levels.normal(word) or (levels.from_status(status) if status else "") or levels.find(message)
    if not level and error:
        level = "error"
    traits = " ".join(f"{key}={value}" for key, value in (("status", status), ("error", error)) if value)
    said = f"{level} {traits}".strip() if traits or level else ""
    return Parsed(picked.get("when"), level, message, said, telling=_telling(fields))


def _telling(fields: Mapping[str, Any]) -> bool:
    """Whether digits decide on the level, the status, the type of an error or which field is the time."""
    for key, value in fields.items():
        role = _ROLE.get(key, ("",))[0]
        if (role == "when" and not isinstance(value, str)) or (
            role in ("level", "status", "error", "stack") and _DIGIT.search(str(value))
        ):
            return True
    return isinstance(fields.get("log"), dict)


def _picked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each role, from the field that comes first among its names."""
    best: dict[str, tuple[int, Any]] = {}
    for key, value in fields.items():
        if key not in _ROLE or value is None or value == "":
            continue
        role, rank = _ROLE[key]
        if (role not in best or rank < best[role][0]) and (role != "when" or _may_be_time(value)):
            best[role] = (rank, value)
    return {role: value for role, (_, value) in best.items()}


def _may_be_time(value: Any) -> bool:
    """A text or a number of a Unix time's size: `time: 0.12` is how long something took."""
    return isinstance(value, str) or (isinstance(value, (int, float)) and value > 1e8)


def _described(fields: Mapping[str, Any]) -> str:
    """What stands for the message of a record that has none: its other fields, the first ten."""
    pairs = ((key, value) for key, value in fields.items() if key not in _ROLE or _ROLE[key][0] == "error")
    said = [
        f"{key}={whole_words(masked(str(value)), 100)}" for key, value in pairs if isinstance(value, (str, int, float))
    ]
    return " ".join(said[:10])


def _status(value: Any) -> int:
    text = str(value)
    return int(text) if len(text) == 3 and text.isascii() and text.isdigit() and "100" <= text < "600" else 0


def _error(error: Any, stack: Any) -> str:
    """The type of an error, from an object's `type` or `name`, or the first word of its text."""
    if isinstance(error, dict):
        stack = error.get("stack", stack)
        error = error.get("type") or error.get("name") or error.get("class")
    for text in (error, stack):
        if isinstance(text, str) and (found := _TYPE.match(text)):
            return found[0]
    return ""


def access(text: str) -> Parsed | None:
    """nginx and apache, common and combined, wherever the bracketed time stands: method, path's start, status."""
    found = _ACCESS.search(text)
    if not found:
        return None
    method, _, target = found[2].partition(" ")
    path = (target.rpartition(" ")[0] or target).partition("?")[0]
    parts = path.split("/")
    kept = "/".join("<*>" if _ID.search(part) else part[:40] for part in parts[:4]) + ("/…" if len(parts) > 4 else "")
    if not (method.isascii() and method.isalpha()) or len(method) > 10:  # a TLS hello on a plain port, say
        method, kept = "(no HTTP)", ""
    status = int(found[3])
    level = levels.from_status(status)
    return Parsed(
        found[1],
        level,
        f"{method} {path[:200]} {status}",
        template=f"{method} {kept} {status}".replace("  ", " "),
        telling=True,
    )


def klog(text: str) -> Parsed | None:
    """Kubernetes components: `E1124 09:26:46.123456    1 file.go:12] message`."""
    found = _KLOG.fullmatch(text)
    level = levels.normal(found[1]) if found else ""
    return Parsed(found[2], level, found[3], level, telling=True) if found else None
