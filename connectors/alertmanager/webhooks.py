"""Webhooks as a receiver stored them: one a line, version 4, alone or as `body` or `payload` of what it wrote.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

import glob
import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, cast

from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected

VERSION = "4"
LONGEST = 64 * 1024 * 1024  # characters in one line
DAMAGE = (OSError, EOFError, ValueError)
_KEYS = ("body", "payload")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One notification: where it stands, its alerts, and how many more the receiver's max_alerts left out."""

    where: str
    alerts: tuple[Any, ...]
    left_out: int


def matches(path: Path) -> list[Path]:
    """The files that a path or glob names, sorted; SourceError where there is none."""
    found = [path] if path.exists() else sorted(Path(one) for one in glob.glob(str(path), recursive=True))  # noqa: PTH207
    if not found:
        fix = "Check webhooks: paths are relative to the configuration file."
        raise SourceError("there is no such file of webhooks.", where=str(path), fix=fix)
    return found


def stored(path: Path) -> Iterator[Webhook | Rejected | Notice]:
    """The webhooks of a file, plain or packed with gzip; SourceError where it cannot be opened."""
    number = 0
    try:
        with _opened(path) as text:
            while line := text.readline(LONGEST):
                number += 1
                if line.strip():
                    yield _webhook(line, f"{path}:{number}")
    except DAMAGE as problem:
        if not number:
            what = f"cannot be read: {getattr(problem, 'strerror', None) or problem}."
            raise SourceError(what, where=str(path), fix="Check the file and its permissions.") from None
        detail = f"{path}: damaged after line {number} ({str(problem)[:120]}); what stands after it was not read."
        yield Notice(kind="damaged", detail=detail, gap=True)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with path.open("rb") as raw:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        plain = cast(io.BufferedIOBase, gzip.GzipFile(fileobj=raw)) if packed else raw
        yield io.TextIOWrapper(cast(Any, plain), encoding="utf-8-sig", errors="replace")


def _webhook(line: str, where: str) -> Webhook | Rejected:
    try:
        return webhook(_payload(json.loads(line)), where)
    except (ValueError, RecursionError) as problem:
        return Rejected(where=where, why=f"is no JSON: {str(problem)[:120]}")


def webhook(found: Any, where: str) -> Webhook | Rejected:
    """The notification that was posted, or why it is none."""
    if not isinstance(found, dict) or not isinstance(found.get("alerts"), list):
        return Rejected(where=where, why="is no webhook of Alertmanager: it has no list `alerts`.")
    if found.get("version") != VERSION:
        return Rejected(where=where, why=f"is a webhook of version {found.get('version')!r}; {VERSION} is understood.")
    left_out = found.get("truncatedAlerts")
    return Webhook(where, tuple(found["alerts"]), left_out if isinstance(left_out, int) else 0)


def _payload(value: Any) -> Any:
    """The notification itself, taken out of what the receiver wrote around it, also where it kept it as text."""
    if isinstance(value, dict) and "alerts" not in value:
        value = next((value[key] for key in _KEYS if key in value), value)
    return json.loads(value) if isinstance(value, str) else value
