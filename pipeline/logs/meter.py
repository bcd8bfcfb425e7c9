"""How far the reading of log files is: for whoever watches, from another thread."""

import time
from collections.abc import Callable


class Meter:
    """Bytes of files to be read, as they lie on the disk, and those that were read so far; `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self.expected = self.read = 0

    def told(self) -> str:
        """`logs: 40 % of 1,200 MB, 105 MB/s, 7 s left`; less, as long as less is known."""
        if not self.expected:
            return "logs"
        share = f"logs: {self.read / self.expected:.0%} of {self.expected / 1e6:,.0f} MB".replace("%", " %")
        rate = self.read / max(self._clock() - self._began, 1e-3)
        if not rate:
            return share
        return f"{share}, {rate / 1e6:,.0f} MB/s, {(self.expected - self.read) / rate:,.0f} s left"
