"""A rate limit: a bucket of tokens that fills at the rate allowed, one second's worth at most."""

import threading
import time


class Limit:
    def __init__(self) -> None:
        self._tokens, self._at = 0.0, time.monotonic()
        self._lock = threading.Lock()

    def admits(self, rate: float | None) -> bool:
        """Whether one more request may pass at `rate` a second; None is no limit."""
        if rate is None:
            return True
        with self._lock:
            now = time.monotonic()
            self._tokens, self._at = min(rate, self._tokens + (now - self._at) * rate), now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
