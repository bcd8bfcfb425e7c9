"""How far back a Prometheus can see, as far as it tells."""

import contextlib
import re
from datetime import datetime, timedelta

from connectors.prometheus.api import Api
from pipeline import times
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import HttpError
from pipeline.incident import Window

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_PART = re.compile(r"(\d+)(ms|[smhdwy])")


def seconds(duration: str) -> float | None:
    """Seconds of a Prometheus duration such as `15d` or `1h30m`; None where it is none."""
    text = duration.strip()
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def kept_for(api: Api) -> timedelta | None:
    """The retention by time that the server runs with (`15d or 10GiB`); None where it does not tell."""
    try:
        told = str(api.get("status/runtimeinfo")["storageRetention"])
    except (HttpError, LookupError, TypeError):
        return None
    found = [length for part in told.split(" or ") if (length := seconds(part))]
    return timedelta(seconds=found[0]) if found else None


def earliest(api: Api, now: datetime) -> datetime | None:
    """The first time that there can be samples of; None where the server does not tell."""
    bounds = []
    lowest = api.query("prometheus_tsdb_lowest_timestamp_seconds", now)
    if len(lowest) == 1:  # more than one: it scrapes other servers too, and which one is itself is not known
        with contextlib.suppress(ValueError, LookupError):
            bounds.append(times.from_epoch(float(lowest[0]["value"][1])))
    if kept := kept_for(api):
        bounds.append(now - kept)
    return max(bounds, default=None)


def retention_notice(api: Api, window: Window, now: datetime) -> Notice | None:
    """A gap where the window begins before the server's first sample."""
    first = earliest(api, now)
    if first and first > window.start:
        why = f"its samples begin at {times.rfc3339(first)}"
    elif api.query("count(up)", now) and not api.query("count(up)", window.start):
        why = "it has no sample of any target from then"
    else:
        return None
    return Notice(
        kind="retention",
        detail=f"The window begins at {times.rfc3339(window.start)}, but {why}: what came before is not seen. "
        "Raise --storage.tsdb.retention.time, or ask a long-term store.",
        gap=True,
    )


def retention_unknown(problem: SourceError) -> Notice:
    return Notice(kind="retention", detail=f"How far back the server can see is not known: {problem}")
