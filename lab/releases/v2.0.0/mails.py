"""Confirmation mails: orders wait in a queue until the mail relay has taken them, one after another."""

import http.client
import queue
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from .settings import Settings

LATE_S = 5.0


class Mails:
    """`put` queues the mail of an order; a thread of its own sends. `depth` and `oldest_s` tell of the backlog."""

    def __init__(self, settings: Settings, note: Callable[..., None]) -> None:
        self.settings, self.note = settings, note
        self._queue: queue.Queue[tuple[str, float]] = queue.Queue()
        self._sending_since = 0.0
        threading.Thread(target=self._work, daemon=True).start()

    def put(self, request: str) -> None:
        self._queue.put((request, time.time()))

    @property
    def depth(self) -> int:
        return self._queue.qsize()

    @property
    def oldest_s(self) -> float:
        since = self._sending_since
        return time.time() - since if since else 0.0

    def _work(self) -> None:
        while True:
            request, since = self._queue.get()
            self._sending_since = since
            self._send(request)
            self._sending_since = 0.0
            age = time.time() - since
            if age > LATE_S:
                self.note("error", request, "confirmation sent late", age_s=age, waiting=self.depth)
            else:
                self.note("info", request, "confirmation sent", age_s=age)

    def _send(self, request: str) -> None:
        url = urlsplit(self.settings["mail_url"])
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
        try:
            connection.request("POST", "/mail", request)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException) as problem:
            self.note("warning", request, "mail relay failed", error=str(problem))
        finally:
            connection.close()
