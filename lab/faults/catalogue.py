"""The faults, each with the service in which it is injected; written down before any of them ran.

A name says kind, service and strength. `NOISE`: what else happens at that moment and is no part of the fault.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lab.faults.scene import Scene

Act = Callable[[Scene], None]
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
NOISE: dict[str, Act] = {
    "": lambda _: None,
    "search deployed": lambda scene: scene.restart("search", "v2.8.0"),
    "mail deployed": lambda scene: scene.restart("mail"),
    "checkout deployed": lambda scene: scene.restart("checkout", "v2.0.0"),
    "twice the searches": lambda scene: scene.more("search", 2),
    "half as many orders again": lambda scene: scene.more("checkout", 1.5),
}


@dataclass(frozen=True)
class Fault:
    """`inject` may take as long as the fault lasts."""

    kind: str
    service: str
    strength: str
    inject: Act
    noise: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind} in {self.service}: {self.strength}"


def told(role: str, **says: object) -> Act:
    return lambda scene: scene.control(role, **says)


def released(service: str, version: str) -> Act:
    return lambda scene: scene.restart(service, version)


def pushed(**settings: object) -> Act:
    return lambda scene: scene.set(**settings)


def crashing(role: str, times: int, down_s: float, up_s: float) -> Act:
    def inject(scene: Scene) -> None:
        for _ in range(times):
            scene.crash(role, down_s)
            scene.wait(up_s)

    return inject


EXCEPTIONS = (
    Fault("exception", "checkout", "a release fails for large orders", released("checkout", "v2.2.0")),
    Fault("exception", "payment", "1 in 20", told("payment", raises="key", share=0.05), "search deployed"),
    Fault("exception", "payment", "6 in 10", told("payment", raises="none", share=0.6)),
    Fault("exception", "bank", "1 in 10", told("bank", raises="parse", share=0.1), "twice the searches"),
    Fault("exception", "bank", "all", told("bank", raises="zero"), "mail deployed"),
    Fault("exception", "mail", "1 in 4", told("mail", raises="parse", share=0.25)),
    Fault("exception", "search", "a release fails for single words", released("search", "v2.9.0"), "mail deployed"),
)
SLOW = (
    Fault("slow", "bank", "0.9 s, over the caller's limit", told("bank", slow_s=0.9)),
    Fault("slow", "bank", "0.25 s, within the limit", told("bank", slow_s=0.25), "checkout deployed"),
    Fault("slow", "payment", "1.5 s for 1 in 3", told("payment", slow_s=1.5, share=0.3), "search deployed"),
    Fault("slow", "payment", "0.4 s, within the limit", told("payment", slow_s=0.4)),
    Fault("slow", "mail", "0.8 s", told("mail", slow_s=0.8), "half as many orders again"),
    Fault("slow", "postgres", "a migration holds a lock", lambda scene: scene.lock_orders(9)),
    Fault("slow", "postgres", "short locks", lambda scene: scene.lock_orders(0.7, 0.5), "search deployed"),
)
POOLS = (
    Fault("pool", "checkout", "a release leaks connections", released("checkout", "v2.1.0"), "mail deployed"),
    Fault("pool", "payment", "2 workers", told("payment", workers=2, slow_s=0.2), "twice the searches"),
    Fault("pool", "bank", "1 worker", told("bank", workers=1, slow_s=0.1)),
    Fault("pool", "mail", "no worker", told("mail", workers=0), "checkout deployed"),
    Fault("pool", "postgres", "a report takes all connections", lambda scene: scene.exhaust_connections(9)),
)
CONFIG = (
    Fault("config", "checkout", "wrong address of payment", pushed(payment_url=NOWHERE)),
    Fault("config", "checkout", "a flag needs a field", pushed(flags={"express-delivery": True}), "search deployed"),
    Fault("config", "checkout", "statements end after 20 ms", pushed(statement_timeout_ms=20)),
    Fault("config", "checkout", "10 orders a second admitted", pushed(rate_limit=10), "mail deployed"),
    Fault("config", "payment", "wrong address of bank", told("payment", calls=NOWHERE), "twice the searches"),
    Fault("config", "payment", "bank has 15 ms", told("payment", timeout_s=0.015, attempts=1)),
)
RETRIES = (
    Fault("retries", "bank", "half turned away", told("bank", status=503, share=0.5)),
    Fault("retries", "bank", "1 in 7 turned away", told("bank", status=503, share=0.15), "half as many orders again"),
    Fault("retries", "payment", "12 without a pause", told("payment", timeout_s=0.015, attempts=12, pause_s=0)),
    Fault("retries", "payment", "4, late", told("payment", timeout_s=0.021, attempts=4), "search deployed"),
)
RESTARTS = (
    Fault("restart", "bank", "3 crashes", crashing("bank", 3, 1.0, 2.0), "search deployed"),
    Fault("restart", "payment", "1 crash, 3 s down", crashing("payment", 1, 3.0, 0.0)),
    Fault("restart", "mail", "2 crashes", crashing("mail", 2, 2.0, 2.0), "twice the searches"),
    Fault("restart", "postgres", "sessions are ended", lambda scene: scene.end_sessions()),
)
FAULTS = EXCEPTIONS + SLOW + POOLS + CONFIG + RETRIES + RESTARTS
