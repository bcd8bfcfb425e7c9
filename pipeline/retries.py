"""Asking again: bounded, never past the deadline, and no sooner than the server's rate limit allows."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from urllib3 import Retry
from urllib3.exceptions import MaxRetryError

PAUSE_MAX = 60  # seconds: a server that wants a longer pause is given up, and said so
LIMITED = (420, 429)  # Statuspage says 420
_RETRIED = (*LIMITED, 500, 502, 503, 504)
# The names of PagerDuty, Jira, GitHub, Datadog, GitLab and others; header names have no case.
_RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")


def pause(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the server wants to be asked again; None where it does not say.

    `Retry-After` counts first, in seconds or as a date (RFC 9110). Where the rate limit is used up, the reset header
    counts: in seconds from now, or a Unix time in s or ms, told apart by size. GitHub refuses with 403 then. A time is
    compared with the server's own `Date`, so that a wrong clock here does not matter.
    """
    named = {name.lower(): text.strip() for name, text in headers.items()}
    with contextlib.suppress(KeyError, ValueError, TypeError):
        now = parsedate_to_datetime(named["date"]).astimezone(UTC)
    wanted = _seconds(named.get("retry-after", ""), now)
    left = next((named[name] for name in _REMAINING if name in named), "0" if status in LIMITED else "")
    if wanted is None and left == "0" and status in (*LIMITED, 403):
        found = (_seconds(named.get(name, ""), now) for name in _RESETS)
        wanted = next((seconds for seconds in found if seconds is not None), None)
    return wanted if wanted is None else max(0.0, wanted)


def _seconds(text: str, now: datetime) -> float | None:
    try:
        number = float(text)
    except ValueError:
        try:
            return (parsedate_to_datetime(text).astimezone(UTC) - now).total_seconds() if text else None
        except (ValueError, TypeError):
            return None
    if number > 1e11:
        number /= 1000
    return number - now.timestamp() if number > 1e8 else number


class BoundedRetry(Retry):
    """GET again up to three times where it failed, and what a rate limit refused whatever the method.

    `remaining` gives the seconds to the deadline, `now` the time.
    """

    def __init__(self, *args: Any, remaining: Callable[[], float], now: Callable[[], datetime], **kwargs: Any) -> None:
        usual = {
            "total": 3, "connect": 1, "read": 1, "other": 0, "status": 3, "allowed_methods": {"GET"},
            "status_forcelist": _RETRIED, "backoff_factor": 0.5, "raise_on_status": False,
        }  # fmt: skip
        super().__init__(*args, **{**usual, **kwargs})
        self.remaining, self.now = remaining, now

    def new(self, **kwargs: Any) -> "BoundedRetry":
        return super().new(remaining=self.remaining, now=self.now, **kwargs)

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """What was refused for its rate was not done: it may be asked again even where it is a POST."""
        limited = status_code in LIMITED or (status_code == 403 and has_retry_after)
        return limited or super().is_retry(method, status_code, has_retry_after)

    def increment(
        self, method: Any = None, url: Any = None, response: Any = None, *args: Any, **more: Any
    ) -> "BoundedRetry":
        wanted = self.get_retry_after(response) if response is not None else None
        too_long = wanted is not None and wanted > min(PAUSE_MAX, self.remaining())
        if too_long or not self.remaining():
            raise MaxRetryError(more.get("_pool"), url or "", more.get("error"))  # type: ignore[arg-type]
        return super().increment(method, url, response, *args, **more)

    def get_backoff_time(self) -> float:
        return min(super().get_backoff_time(), self.remaining())

    def get_retry_after(self, response: Any) -> float | None:
        return pause(response.status, response.headers, self.now())
