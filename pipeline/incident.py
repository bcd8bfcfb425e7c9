"""The incident, its severity framework, and the window that evidence is collected for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.errors import BefellError
from pipeline.times import rfc3339

SEVERITIES: Mapping[str, str] = {
    "SEV-1": "critical: full service outage, data loss, security breach",
    "SEV-2": "high: major feature degradation, significant user impact",
    "SEV-3": "medium: partial issues, a workaround available",
    "SEV-4": "low: minor bugs, cosmetic, limited impact",
}
POSTMORTEM_REQUIRED = ("SEV-1", "SEV-2")
FAR = timedelta(days=30)  # outside the window: what is set further away is of another incident, or a slip of the pen
_WORDS = {"critical": 1, "crit": 1, "high": 2, "major": 2, "medium": 3, "moderate": 3, "low": 4, "minor": 4}


@dataclass(frozen=True, slots=True)
class Window:
    """`[start, end)`, zone-aware UTC."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def padded(self, before: timedelta, after: timedelta) -> "Window":
        return Window(self.start - before, self.end + after)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a reviewer set of a window, None where it stays; `where` is file and line, for errors."""

    start: datetime | None = None
    end: datetime | None = None
    where: str = ""

    def __bool__(self) -> bool:
        return bool(self.start or self.end)

    def of(self, window: Window) -> Window:
        """The window within these bounds; BefellError where they are of another incident, or leave nothing."""
        found = Window(self.start or window.start, self.end or window.end)
        far = found.start < window.start - FAR or found.end > window.end + FAR
        if far or found.start >= found.end:
            why = f"lies more than {FAR.days} days outside" if far else "leaves nothing of"
            asked, have = (f"{rfc3339(one.start)} to {rfc3339(one.end)}" for one in (found, window))
            raise BefellError(f"overrides.window: {asked} {why} {have}.", where=self.where, fix="Mend the times.")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What the incident source says. `severity` is SEV-1 to SEV-4 or empty (unknown); `severity_raw` is its word.

    `window` is the explicit window of the source; otherwise collect pads opened_at..resolved_at.
    """

    id: str
    title: str
    severity: str = ""
    severity_raw: str = ""
    services: tuple[str, ...] = ()
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    window: Window | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    summary: str = ""
    source: str = ""


def severity(raw: str, mapping: Mapping[str, str] | None = None) -> str:
    """SEV-1 to SEV-4 for the source's own word, or "" where no rule says so.

    `SEV-2`, `sev2`, `P2`, `2`, `high` are understood; `mapping` (from the configuration) goes first.
    """
    word = raw.strip()
    for theirs, ours in (mapping or {}).items():
        if theirs.casefold() == word.casefold():
            return ours
    found = re.fullmatch(r"(?:sev|severity|s|p|priority)?[\s_-]*([1-4])", word, re.IGNORECASE)
    number = int(found[1]) if found else _WORDS.get(word.casefold(), 0)
    return f"SEV-{number}" if number else ""
