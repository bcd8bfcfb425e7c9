"""Times: zone-aware UTC from the moment they enter, RFC 3339 with a `Z` when they leave."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}$")


def zone(name: str) -> tzinfo:
    """The zone of an IANA name, `UTC`, or a fixed offset such as `+09:00`; ValueError where there is none."""
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    if _OFFSET.fullmatch(name):
        fixed = datetime.strptime(name.replace(":", ""), "%z").tzinfo
        assert fixed is not None
        return fixed
    try:
        return ZoneInfo(name)
    except (OSError, KeyError, ValueError) as problem:
        raise ValueError(f"no such time zone: {name!r}") from problem


def parse(text: str, naive_zone: tzinfo | None = None) -> datetime:
    """An ISO 8601 / RFC 3339 time as aware UTC; ValueError names what is wrong.

    A time without offset is refused unless `naive_zone` states the zone that it was written in.
    """
    found = datetime.fromisoformat(text.strip())
    if found.tzinfo is None:
        if naive_zone is None:
            raise ValueError(f"{text!r} has no time zone")
        found = found.replace(tzinfo=naive_zone)
    return checked(found)


def from_epoch(value: float) -> datetime:
    """A Unix time as aware UTC; seconds, ms, µs or ns are told apart by their size (all after 1990)."""
    for scale in (1, 1e3, 1e6, 1e9):
        if EARLIEST.timestamp() <= value / scale < LATEST.timestamp():
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(value / scale * 1e6))
    raise ValueError(f"{value!r} is no Unix time between 1990 and 2200")


def checked(at: datetime) -> datetime:
    """The same instant in UTC; ValueError where it lies outside 1990 to 2200, which no incident does."""
    try:
        found = at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{at.isoformat()} is not between 1990 and 2200") from None
    if not EARLIEST <= found < LATEST:
        raise ValueError(f"{at.isoformat()} is not between 1990 and 2200")
    return found


def rfc3339(at: datetime) -> str:
    """`2026-11-24T09:26:46Z`, with a fraction only where there is one."""
    text = at.astimezone(UTC).isoformat(timespec="microseconds" if at.microsecond else "seconds")
    return text.replace("+00:00", "Z")
