"""What flows through befell: events, series, log summaries, and the notices of what could not be seen."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["alert", "page", "deploy", "change", "log", "metric", "message", "status", "action"]
Moment = Literal[
    "fired", "acknowledged", "resolved", "deployed", "rolled back", "failed", "changed", "posted", "observed"
]
KINDS: tuple[str, ...] = Kind.__args__  # type: ignore[attr-defined]
MOMENTS: tuple[str, ...] = Moment.__args__  # type: ignore[attr-defined]
DEFAULT_MOMENT: Mapping[str, Moment] = {
    "alert": "fired", "page": "fired", "deploy": "deployed", "change": "changed", "log": "observed",
    "metric": "observed", "message": "posted", "status": "posted", "action": "changed",
}  # fmt: skip
ALERTS = ("alert", "page")  # the kinds that fire and are resolved
LEVELS = ("critical", "error", "warning", "info", "debug", "")  # event severities, worst first; "" is unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. Every text is as the source gave it until collect redacts it.

    `episode` is the start of the alert episode that this moment belongs to: it pairs a `fired` with its
    `resolved`. `active_since` is when an alert's condition first held, before its `for` ran out.
    `precision_s` is the width in seconds of the source's clock reading (60 for "09:41").
    `connector` and `id` are set by collect.
    """

    at: datetime
    kind: Kind
    moment: Moment
    title: str
    source: str = ""
    native_id: str = ""
    episode: datetime | None = None
    end: datetime | None = None
    active_since: datetime | None = None
    service: str = ""
    severity: str = ""
    fingerprint: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    body: str = ""
    actor_role: str = ""
    at_text: str = ""
    precision_s: float = 0.0
    connector: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A metric over the window: `points` are (aware UTC time, value), ascending, NaN left out.

    `bad` says which way it goes when things get worse; `objective` is the value that it should not pass.
    """

    name: str
    query: str
    unit: str = ""
    service: str = ""
    bad: Literal["up", "down"] = "up"
    objective: float | None = None
    step_s: float = 0.0
    points: tuple[tuple[datetime, float], ...] = ()
    url: str = ""
    connector: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplar:
    """One log record kept whole as evidence, with where it stands: file, byte offset, line number from 1.

    The line is 0 where it is not known, as in a file of which only a part was read.
    """

    at: datetime
    text: str
    path: str = ""
    offset: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSummary:
    """All records of one template of one service: how many, first and last seen, when, and what they look like.

    `histogram` maps the Unix minute (epoch seconds // 60) to the number of records in it.
    `reason` says why it is shown ("412 errors, none in the 10 min before"). No `template`: the rest, only counted.
    """

    service: str
    template: str
    level: str
    count: int
    first: datetime
    last: datetime
    histogram: Mapping[int, int] = field(default_factory=dict)
    exemplars: tuple[Exemplar, ...] = ()
    reason: str = ""
    source: str = ""
    connector: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """Where log lines can be read; only `pipeline/logs` reads them. Empty `format` or `zone`: found from the data.

    `disorder_s`: how much earlier than the lines before it a line of a file in the order of time may be.
    """

    paths: tuple[str, ...]
    name: str
    service: str = ""
    format: str = ""
    time_format: str = ""
    zone: str = ""
    year: int | None = None
    clock_offset_s: float = 0.0
    disorder_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What could not be seen, or was assumed, and why. A `gap` means that evidence is missing: exit code 3."""

    kind: str
    detail: str
    source: str = ""
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One record that was read but could not be understood: `where` is file:line or the like."""

    where: str
    why: str


@dataclass(slots=True, kw_only=True)
class Account:
    """The bookkeeping of one connector. read = parsed + rejected;
    parsed = shown + outside_window + merged + summarised; `bytes_skipped` never had to be read."""

    read: int = 0
    parsed: int = 0
    rejected: int = 0
    outside_window: int = 0
    shown: int = 0
    merged: int = 0
    summarised: int = 0
    bytes_skipped: int = 0


def evidence_id(identity: str, native_id: str, episode: str, moment: str) -> str:
    """12 characters of base32(SHA-256), lower case: the same record has the same id in every run."""
    digest = hashlib.sha256("\x1f".join((identity, native_id, episode, moment)).encode()).digest()
    return base64.b32encode(digest)[:12].decode().lower()
