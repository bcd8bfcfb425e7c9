"""Times as files write them: with or without zone, as text or as a number, and how precise they are."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from pipeline import times

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_SUFFIX = re.compile(r"\s*(?:(utc|gmt|z)|\s([+-]\d\d:?\d\d))$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-?(?:\d\d-?\d\d|W\d\d(?:-?\d)?)")
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that was read: the instant in UTC, the text it came from, and the width of the clock in seconds."""

    at: datetime
    text: str
    precision_s: float


@dataclass(slots=True)
class Clock:
    """Reads the times of one file; `ahead` is how much its clock runs ahead.

    `zoneless` and `ambiguous` count the times read so far that state no zone and that a change of the clocks makes
    ambiguous; `first_zoneless` and `first_ambiguous` are examples of them.
    """

    zone: tzinfo | None = None
    ahead: timedelta = field(default_factory=timedelta)
    zoneless: int = 0
    first_zoneless: str = ""
    ambiguous: int = 0
    first_ambiguous: str = ""

    def read(self, value: Any) -> Reading:
        """The time in a field; ValueError says what is wrong with it."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError(f"is no time but {article(value)}")
        text = str(value).strip()
        try:
            at, precision = self._number(text) if _NUMBER.fullmatch(text) else self._text(text)
            return Reading(times.checked(at - self.ahead), text, precision)
        except (ValueError, OverflowError) as problem:
            raise ValueError(f"{text[:60]!r} is no possible time ({str(problem)[:120]})") from None

    def _number(self, text: str) -> tuple[datetime, float]:
        if _DATE.fullmatch(text):  # 20261124 is a date: as Unix seconds it would lie in 1970
            return self._text(text)
        whole, _, fraction = text.partition(".")
        at = times.from_epoch(float(text) if fraction else int(whole))
        scale = max(0, (len(whole.lstrip("+")) - 9) // 3 * 3)  # 10 digits: s, 13: ms, 16: µs, 19: ns
        return at, 10.0 ** -min(6, scale + len(fraction.rstrip("0")))

    def _text(self, text: str) -> tuple[datetime, float]:
        plain = _SUFFIX.sub(lambda found: found[2] or "+00:00", text)
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            raise ValueError("write it like 2026-11-24T09:26:46Z") from None
        if found.tzinfo is None:
            found = self._placed(found, text)
        return found, _width(plain)

    def _placed(self, naive: datetime, text: str) -> datetime:
        zone = self.zone or UTC
        found = naive.replace(tzinfo=zone)
        if self.zone is None:
            self.zoneless += 1
            self.first_zoneless = self.first_zoneless or text
        elif found.utcoffset() != found.replace(fold=1).utcoffset():
            self.ambiguous += 1
            self.first_ambiguous = self.first_ambiguous or text
        return found


def _width(text: str) -> float:
    """The width of an ISO time's last digit in seconds: a day, an hour, a minute, a second, or a fraction."""
    clock = re.sub(r"(?:Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)$", "", text[_DATE.match(text).end() :].lstrip("Tt "))  # type: ignore[union-attr]
    whole, _, fraction = clock.replace(",", ".").partition(".")
    if fraction:
        return float(10.0 ** -min(6, len(fraction)))
    return {0: _DAY, 2: 3600.0, 4: 60.0}.get(len(whole.replace(":", "")), 1.0)


def article(value: Any) -> str:
    """What a JSON value is, for an error: "a list", "an object"."""
    names = {bool: "true or false", dict: "an object", list: "a list", str: "text", type(None): "nothing"}
    return names.get(type(value), "a number")
