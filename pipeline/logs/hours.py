"""An hour that a clock change repeats: the order of a file tells which of the two its times mean."""

from datetime import datetime, timedelta, tzinfo

from pipeline import times
from pipeline.incident import Window
from pipeline.logs.stamps import Where

NEAR = timedelta(hours=3)  # how near to the window the zone's clock may change


class Hours:
    """The files of one rotated set, oldest first. Their times do not go back, but for the disorder that is allowed.

    `open` counts the records of which nothing tells the hour, where it matters for the window; `example` is the first.
    """

    def __init__(self, window: Window, disorder: timedelta) -> None:
        self._window, self._disorder = window, disorder
        self._latest = self._doubtful = self._again = times.EARLIEST
        self.open = 0
        self.example: tuple[str, Where] = ("", (0, 0))

    def at(self, readings: tuple[datetime, datetime], path: str, where: Where) -> datetime:
        """The earlier reading of a time that does not go back; the first one where both do."""
        first, second = readings
        at, floor = first, self._latest - self._disorder
        if first != second:
            if first < floor <= second:
                at = self._again = second
                if self._doubtful - self._disorder > first:  # read as the second hour, those would go back here
                    self.open = 0
            elif first < floor or abs(first - self._again) > NEAR:
                self._doubt(first, second, path, where)
        self._latest = max(self._latest, at)
        return at

    def _doubt(self, first: datetime, second: datetime, path: str, where: Where) -> None:
        if first not in self._window and second not in self._window:
            return
        if not self.open:
            self._doubtful, self.example = first, (path, where)
        self._doubtful = max(self._doubtful, first)
        self.open += 1


def repeated(zone: tzinfo | None, window: Window) -> Window | None:
    """The hours, first and second, that the zone's clock repeats in the window or near it."""
    if zone is None:
        return None
    low, high = window.start - NEAR, window.end + NEAR
    ahead = _offset(low, zone)
    back = ahead - _offset(high, zone)
    if back <= timedelta():
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone) == ahead else (low, middle)
    change = high.replace(microsecond=0)
    return Window(change - back, change + back)


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
