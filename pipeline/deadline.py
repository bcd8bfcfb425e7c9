"""The one thread that cuts what is still open at a deadline; a timer for each request is slow."""

import heapq
import itertools
import threading
import time
import weakref
from collections.abc import Callable

_due: list[tuple[float, int, "weakref.WeakMethod[Callable[[], None]]"]] = []
_changed = threading.Condition()
_numbers = itertools.count()
_thread: threading.Thread | None = None


def at(end: float, cut: Callable[[], None]) -> None:
    """Call the bound method `cut` at this time of time.monotonic(), unless its object is gone by then."""
    global _thread
    with _changed:
        heapq.heappush(_due, (end, next(_numbers), weakref.WeakMethod(cut)))
        if _thread is None or not _thread.is_alive():  # none runs on in a forked process
            _thread = threading.Thread(target=_watch, name="deadlines", daemon=True)
            _thread.start()
        _changed.notify()


def _watch() -> None:
    while True:
        with _changed:
            while not _due or _due[0][0] > time.monotonic():
                _changed.wait(_due[0][0] - time.monotonic() if _due else None)
            cut = heapq.heappop(_due)[2]()
        if cut is not None:
            cut()
