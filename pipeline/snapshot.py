"""The snapshot: everything collected for one incident, redacted, in one versioned file."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pipeline import times
from pipeline.errors import BefellError
from pipeline.event import Account, Event, LogSummary, Notice, Series
from pipeline.incident import Incident, Window
from pipeline.writing import write_whole

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What `reconstruct` works from. `accounts` has a connector's counts before merging (shown, merged are 0).

    `collected_at` says when it was made; it never enters a draft, so that the same evidence gives the same bytes.
    """

    incident: Incident
    window: Window
    events: tuple[Event, ...] = ()
    series: tuple[Series, ...] = ()
    logs: tuple[LogSummary, ...] = ()
    notices: tuple[Notice, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)
    collected_at: datetime | None = None


_LINES: Mapping[str, type] = {"event": Event, "series": Series, "log": LogSummary, "notice": Notice}


def write(snapshot: Snapshot, path: Path) -> None:
    """Write one gzip'd file of what `dump` gives; the same snapshot, the same bytes."""
    write_dump(dump(snapshot), path)


def write_dump(dumped: bytes, path: Path) -> None:
    write_whole(path, gzip.compress(dumped, compresslevel=6, mtime=0))


def dump(snapshot: Snapshot) -> bytes:
    """JSON Lines: a header line, then one record a line. The header has the SHA-256 of the evidence."""
    header = {
        "befell_snapshot": VERSION,
        "incident": encode(snapshot.incident),
        "window": encode(snapshot.window),
        "accounts": {name: encode(account) for name, account in sorted(snapshot.accounts.items())},
        "redactions": dict(sorted(snapshot.redactions.items())),
    }
    lines = [""]
    for name, records in (
        ("event", snapshot.events), ("series", snapshot.series), ("log", snapshot.logs), ("notice", snapshot.notices)
    ):  # fmt: skip
        lines += [json.dumps({name: encode(record)}, ensure_ascii=False) for record in records]
    rest = "\n".join(lines).encode() + b"\n"
    header |= {"sha256": _hash(header, rest), "collected_at": encode(snapshot.collected_at)}
    return json.dumps(header, ensure_ascii=False).encode() + rest


def digest(dumped: bytes) -> str:
    """The SHA-256 of the evidence in a dump, whenever it was collected: the name of the snapshot in the store."""
    first, end, rest = dumped.partition(b"\n")
    return _hash(json.loads(first), end + rest)


def _hash(header: Mapping[str, Any], rest: bytes) -> str:
    kept = {key: value for key, value in header.items() if key not in ("sha256", "collected_at")}
    made = hashlib.sha256(json.dumps(kept, ensure_ascii=False).encode())
    made.update(rest)
    return made.hexdigest()


def is_snapshot(path: Path) -> bool:
    """Whether a file begins as a snapshot does."""
    try:
        with gzip.open(path) as lines:
            return lines.read(64).startswith(b'{"befell_snapshot"')
    except (OSError, EOFError, zlib.error):
        return False


def read(path: Path) -> Snapshot:
    """The snapshot in a file; BefellError where it is missing, cut short, or of a version that is not known."""
    return load(read_dump(path), str(path))


def read_dump(path: Path) -> bytes:
    """What `dump` gave, from a file; BefellError where there is none."""
    try:
        whole = path.read_bytes()
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BefellError(
            f"cannot be read: {why}.", where=str(path), fix="Name a file that `befell collect` wrote."
        ) from None
    try:
        return gzip.decompress(whole)
    except (OSError, EOFError, zlib.error):
        raise BefellError("is no snapshot, or is cut short.", where=str(path), fix="Collect it again.") from None


def load(dumped: bytes, where: str) -> Snapshot:
    """The snapshot of a dump; BefellError, naming `where` it was, for one that is damaged or was changed."""
    try:
        lines = dumped.decode().removesuffix("\n").split("\n")  # splitlines would cut at U+2028 too
        header = json.loads(lines[0])
        version = header["befell_snapshot"]
    except (ValueError, LookupError, TypeError):
        raise BefellError("is no snapshot, or is cut short.", where=where, fix="Collect it again.") from None
    if version != VERSION:
        raise BefellError(
            f"has version {version}; this befell reads version {VERSION}.", where=where, fix="Collect it again."
        )
    try:
        found = _decoded(header, lines[1:])
    except (ValueError, LookupError, TypeError) as problem:
        raise BefellError(f"is damaged: {problem!r}.", where=where, fix="Collect it again.") from None
    if "sha256" in header and header["sha256"] != digest(dumped):
        what = "was changed since it was collected: its hash does not fit."
        raise BefellError(what, where=where, fix="Take it from where it was collected again.")
    return found


def _decoded(header: Mapping[str, Any], lines: list[str]) -> Snapshot:
    records: dict[str, list[Any]] = {name: [] for name in _LINES}
    for line in lines:
        ((name, body),) = json.loads(line).items()
        records[name].append(decode(_LINES[name], body))
    return Snapshot(
        incident=decode(Incident, header["incident"]),
        window=decode(Window, header["window"]),
        events=tuple(records["event"]),
        series=tuple(records["series"]),
        logs=tuple(records["log"]),
        notices=tuple(records["notice"]),
        accounts={name: decode(Account, body) for name, body in header["accounts"].items()},
        redactions=header["redactions"],
        collected_at=decode(datetime, header["collected_at"]) if header["collected_at"] else None,
    )


def encode(value: Any) -> Any:
    """Plain JSON values; a dataclass becomes an object without its empty fields, unless they have no default."""
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if isinstance(value, datetime):
        return times.rfc3339(value)
    if is_dataclass(value):
        found = {}
        for name, required in _fields(value.__class__):
            part = getattr(value, name)
            if part.__class__ is str and (part or required):
                found[name] = part
            elif part or required or isinstance(part, (int, float)):  # zero and False are not empty
                found[name] = encode(part)
        return found
    if isinstance(value, Mapping):
        return {str(key): encode(part) for key, part in sorted(value.items())}
    if isinstance(value, (tuple, list)):
        return [encode(part) for part in value]
    return value


@cache
def _fields(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a dataclass, and whether each has no default."""
    return tuple((one.name, one.default is MISSING and one.default_factory is MISSING) for one in fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def decode(kind: Any, value: Any) -> Any:
    """The value that `encode` turned into plain JSON, for the type `kind`."""
    if value is None:
        return None
    if kind is datetime:
        return times.parse(value)
    if is_dataclass(kind):
        assert isinstance(kind, type)
        hints = _hints(kind)
        return kind(**{name: decode(hints[name], part) for name, part in value.items()})
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return decode(next(one for one in inside if one is not type(None)), value)
    if origin is tuple:
        kinds = inside[:1] * len(value) if inside[-1] is Ellipsis else inside
        return tuple(decode(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {inside[0](key): decode(inside[1], part) for key, part in value.items()}
    return float(value) if kind is float else value
