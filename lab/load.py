"""Customers: a steady stream of requests over loopback, bounded in rate and in time."""

import http.client
import itertools
import json
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

Request = tuple[str, str, bytes]  # method, path, body
QUERIES = ("lamp", "desk", "chair", "shelf", "sofa", "rug", "mirror", "stool", "hammock", "desk lamp")
REFUSED = 0
GIFT_CARDS_A_SECOND = 1.5


def checkouts(rate: float) -> Callable[[random.Random], Request]:
    """Orders, of which 1.5 a second are paid by gift card, whatever the rate."""
    number, every = itertools.count(1), max(1, round(rate / GIFT_CARDS_A_SECOND))

    def order(chance: random.Random) -> Request:
        total = round(chance.lognormvariate(3.6, 0.6), 2)
        body = {
            "customer": f"c{chance.randrange(100_000):05d}",
            "items": chance.randint(1, 6),
            "total": total,
            "limit": 180,
            "gift_card": next(number) % every == 0,
        }
        return "POST", "/checkout", json.dumps(body).encode()

    return order


def searches(chance: random.Random) -> Request:
    return "GET", f"/search?q={chance.choice(QUERIES).replace(' ', '+')}", b""


class Load:
    """`workers` threads share one schedule of `rate` requests a second; a worker that is late skips, never bursts."""

    def __init__(
        self, port: int, rate: float, make: Callable[[random.Random], Request], chance: random.Random, *,
        workers: int = 24, at_most_s: float = 300.0,
    ) -> None:  # fmt: skip
        self.port, self.rate, self.make, self.chance = port, rate, make, chance
        self.sent = 0
        self.answers: list[tuple[datetime, int]] = []  # when, and the status; REFUSED where nobody listened
        self._next = time.monotonic()
        self._until = self._next + at_most_s
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(15)

    def failures(self) -> list[datetime]:
        """When customers were told of an error of the server, or found nobody there."""
        return sorted(at for at, status in self.answers if status == REFUSED or status >= 500)

    def _turn(self) -> tuple[float, Request, dict[str, str]]:
        """When the next request is due, the request and its headers."""
        with self._lock:
            self.sent += 1
            due = max(self._next, time.monotonic() - 0.2)
            self._next = due + 1 / self.rate
            headers = {
                "X-Request-Id": f"{self.chance.getrandbits(48):012x}",
                "X-Forwarded-For": f"198.51.100.{self.chance.randrange(1, 255)}",
                "User-Agent": self.chance.choice(("shop-web/3.2", "shop-ios/8.1", "shop-android/8.0")),
            }
            return due, self.make(self.chance), headers

    def _work(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while time.monotonic() < self._until:
            due, (method, path, body), headers = self._turn()
            if self._stop.wait(max(0.0, due - time.monotonic())):
                break
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                self.answers.append((datetime.now(UTC), answer.status))
                continue
            except ConnectionRefusedError:
                self.answers.append((datetime.now(UTC), REFUSED))
            except (OSError, http.client.HTTPException):
                pass
            connection.close()  # a server that hands over may reset a connection; the next request opens a new one
        connection.close()
