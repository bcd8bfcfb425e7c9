"""What a shape of incident is, and what its play tells about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.shapes.stage import Stage

EVERYTHING = frozenset({"pages", "alerts", "metrics", "logs", "git", "chat", "status", "changes"})
ALARMS: Mapping[str, int] = {"CheckoutErrorRateHigh": 2, "CheckoutLatencyHigh": 3}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a play knows of itself: the times at which things were done, read from the clock when they were.

    `mitigated` is None where nobody here ended it. `failures` are the times at which users were hurt; None: those of
    the customers of checkout. `key` are the native ids of the records that tell the story.
    """

    detected: datetime
    mitigated: datetime | None
    trigger: datetime | None = None
    failures: tuple[datetime, ...] | None = None
    key: tuple[str, ...] = ()
    alternates: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One shape of incident. `play` makes it happen; `evidence` is what befell gets to see of it.

    `rate`: orders a second; `settings`: where they differ from the usual; `alarms`: alert to seconds of its `for`;
    `releases`: version to subject, with `service` before the version for another than checkout.
    """

    name: str
    title: str
    notes: str
    play: Callable[["Stage"], Told]
    evidence: frozenset[str] = EVERYTHING
    severity: str = "SEV-2"
    alarms: Mapping[str, int] = field(default_factory=lambda: ALARMS)
    settings: Mapping[str, object] = field(default_factory=dict)
    releases: tuple[tuple[str, str, str], ...] = ()  # (service, version, subject)
    rate: float = 20.0
    tls_s: float | None = None  # the payment provider speaks TLS with a certificate that is valid this long
    metrics: tuple[str, ...] = ("error ratio", "latency p95", "database connections in use")
    seeds: tuple[int, ...] = (1,)
