"""A service behind checkout: it answers POSTs, may call another service, and writes `<name>.log` in its own format.

A control file, read at each request, says what is wrong with it: a share of requests that is slow, fails or raises.
"""

import argparse
import http.client
import itertools
import json
import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lab.shop.web import Handler, serve

USUAL: dict[str, Any] = {
    "delay_s": 0.02, "share": 1.0, "slow_s": 0.0, "status": 200, "raises": "", "workers": 32, "wait_s": 0.4,
    "calls": "", "timeout_s": 0.6, "attempts": 2, "pause_s": 0.05, "slow_log_s": None,
}  # fmt: skip
CHATTER = {
    "payment": (0.03, logging.WARNING, "field 'amount' is deprecated, send 'amount_minor'"),
    "bank": (0.01, logging.WARNING, "card issuer answered late, stand-in approval used"),
    "mail": (0.03, logging.ERROR, "550 mailbox unavailable, mail given up"),
}  # what each service says all day, well or not
DEFECTS: dict[str, Callable[[bytes], object]] = {
    "key": lambda body: json.loads(body)["currency"],
    "parse": lambda body: json.loads(b"<" + body),
    "none": lambda _: None.amount,  # type: ignore[attr-defined]
    "zero": lambda body: json.loads(body)["amount"] / 0,
}


class Text(logging.Formatter):
    """The usual format of Python's logging, in UTC."""

    converter = time.gmtime  # type: ignore[assignment]


class Json(logging.Formatter):
    """One JSON object a line, with the stack trace as a field."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": at, "level": record.levelname.lower(), "msg": record.getMessage()}
        if record.exc_info:
            said["error"] = str(record.exc_info[1])
            said["stack"] = self.formatException(record.exc_info)
        return json.dumps(said)


class Role:
    def __init__(self, name: str, logs: Path, control: Path) -> None:
        self.name, self.control = name, control
        self.log = logging.getLogger(name)
        handler = logging.FileHandler(logs / f"{name}.log")
        handler.setFormatter(Json() if name == "bank" else Text("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.log.addHandler(handler)
        self.log.setLevel(logging.INFO)
        self.busy, self.lock, self.numbers = 0, threading.Condition(), itertools.count(1)

    def answer(self, _request: Handler, body: bytes) -> tuple[int, bytes]:
        says = USUAL | json.loads(self.control.read_text())
        number, begun = next(self.numbers), time.perf_counter()
        share, level, words = CHATTER[self.name]
        if random.random() < share:
            self.log.log(level, "%s (request %d)", words, number)
        if not self._enter(says):
            self.log.error("request %d refused: %d of %d workers busy", number, self.busy, says["workers"])
            return 503, b"{}"
        try:
            status = self._work(says, number, body)
        except (LookupError, ValueError, AttributeError, ArithmeticError):
            self.log.exception("request %d failed", number)
            status = 500
        finally:
            self._leave()
        took = time.perf_counter() - begun
        if says["slow_log_s"] and took > says["slow_log_s"]:
            self.log.warning("slow request %d: %.0f ms", number, took * 1e3)
        self.log.info("request %d answered with %d in %.0f ms", number, status, took * 1e3)
        return status, b"{}"

    def _enter(self, says: dict[str, Any]) -> bool:
        with self.lock:
            if self.lock.wait_for(lambda: self.busy < says["workers"], says["wait_s"]):
                self.busy += 1
                return True
            return False

    def _leave(self) -> None:
        with self.lock:
            self.busy -= 1
            self.lock.notify()

    def _work(self, says: dict[str, Any], number: int, body: bytes) -> int:
        time.sleep(says["delay_s"])
        if random.random() < says["share"]:
            time.sleep(says["slow_s"])
            if says["raises"]:
                DEFECTS[says["raises"]](body)
            if says["status"] != 200:
                self.log.warning("request %d turned away: over capacity", number)
                return int(says["status"])
        return self._call(says, number, body) if says["calls"] else 200

    def _call(self, says: dict[str, Any], number: int, body: bytes) -> int:
        """Ask the service behind this one, several times where it does not answer well."""
        url, problem = urlsplit(says["calls"]), ""
        for attempt in range(1, says["attempts"] + 1):
            connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=says["timeout_s"])
            try:
                connection.request("POST", url.path, body)
                status = connection.getresponse().status
                if status == 200:
                    return 200
                problem = f"status {status}"
            except (OSError, http.client.HTTPException) as failure:
                problem = str(failure) or type(failure).__name__
            finally:
                connection.close()
            self.log.warning("bank: attempt %d of %d for request %d: %s", attempt, says["attempts"], number, problem)
            time.sleep(says["pause_s"])
        self.log.error("request %d given up, bank does not answer: %s", number, problem)
        return 502


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--name", required=True, choices=sorted(CHATTER))
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--logs", type=Path, required=True)
    options.add_argument("--control", type=Path, required=True)
    given = options.parse_args()
    role = Role(given.name, given.logs, given.control)
    role.log.info("%s started", role.name)
    serve(given.port, type("RoleHandler", (Handler,), {"answer": role.answer}))
    role.log.info("%s stopped", role.name)


if __name__ == "__main__":
    main()
