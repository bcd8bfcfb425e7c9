"""The checkout service: POST /checkout places an order. It writes checkout.log (logfmt) and access.log (nginx)."""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from . import orders, telemetry
from .limit import Limit
from .mails import Mails
from .payment import PaymentError
from .pool import Pool, PoolTimeout
from .settings import Settings
from .web import Handler, serve

FAILURES = (PoolTimeout, psycopg.Error, PaymentError, LookupError, TypeError, ValueError)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--dsn", required=True)
    options.add_argument("--logs", type=Path, required=True)
    options.add_argument("--version", required=True)
    options.add_argument("--settings", type=Path, required=True)
    given = options.parse_args()
    service = Checkout(given.dsn, given.logs, given.version, Settings(given.settings))
    handler = type("CheckoutHandler", (Handler,), {"answer": service.answer, "metrics": service.metrics_text})
    service.note("info", "-", f"checkout {given.version} started", pool=service.pool.size)
    serve(given.port, handler)
    service.note("info", "-", f"checkout {given.version} stopped")


class Checkout:
    def __init__(self, dsn: str, logs: Path, version: str, settings: Settings) -> None:
        self.version, self.settings = version, settings
        self.log = telemetry.open_log(logs / "checkout.log")
        self.access = telemetry.open_log(logs / "access.log")
        self.metrics = telemetry.Metrics(version, (200, 402, 429, 500))
        self.pool = Pool(dsn, int(settings["pool_size"]), float(settings["pool_timeout_s"]))
        self.mails = Mails(settings, self.note)
        self.limit = Limit()

    def note(self, level: str, request: str, msg: str, trace: str = "", **fields: object) -> None:
        head = {"ts": telemetry.now(), "level": level, "service": "checkout", "version": self.version}
        line = telemetry.logfmt(**head, request_id=request, msg=msg, **fields)
        self.log.info("%s\n%s" if trace else "%s%s", line, trace)

    def metrics_text(self) -> str:
        return self.metrics.text({
            "db_pool_in_use": self.pool.in_use, "db_pool_size": self.pool.size,
            "mail_queue_depth": self.mails.depth, "mail_oldest_seconds": self.mails.oldest_s,
        })  # fmt: skip

    def answer(self, request: Handler, body: bytes) -> tuple[int, bytes]:
        begun = time.perf_counter()
        name, order = request.headers.get("X-Request-Id", "-"), json.loads(body)
        self.note("info", name, "order received", customer=order["customer"], items=order["items"])
        status, reply = self.checkout(name, order)
        took = time.perf_counter() - begun
        self.metrics.observe(status, took)
        self.note("error" if status >= 500 else "info", name, "request completed", status=status, duration_s=took)
        self.access.info(
            '%s - - [%s] "%s %s HTTP/1.1" %d %d "-" "%s" %.3f',
            request.headers.get("X-Forwarded-For", "-"), f"{datetime.now(UTC):%d/%b/%Y:%H:%M:%S %z}",
            request.command, request.path, status, len(reply), request.headers.get("User-Agent", "-"), took,
        )  # fmt: skip
        return status, reply

    def checkout(self, name: str, order: dict[str, object]) -> tuple[int, bytes]:
        if not self.limit.admits(self.settings["rate_limit"]):
            return 429, b'{"error": "too many orders, try again"}'
        try:
            self.pool.grow(int(self.settings["pool_size"]))
            placed = orders.place(self.pool, self.settings, order)
        except FAILURES as problem:
            self.note("error", name, "checkout failed", telemetry.stack(problem), error=str(problem))
            return 500, b'{"error": "checkout failed"}'
        if placed["status"] == "declined":
            self.note("warning", name, "payment declined", customer=order["customer"], total=order["total"])
            return 402, b'{"status": "declined"}'
        self.mails.put(name)
        self.note("info", name, "order placed", order=placed["order"], paid_by=placed["paid_by"], total=order["total"])
        return 200, json.dumps(placed).encode()


if __name__ == "__main__":
    main()
