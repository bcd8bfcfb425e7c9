"""What a shape of incident is, and what its play tells about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lab.shapes.stage import Stage

EVERYTHING = frozenset({"pages", "alerts", "metrics", "logs", "git", "chat", "status", "changes"})
ALARMS: Mapping[str, int] = {"CheckoutErrorRateHigh": 2, "CheckoutLatencyHigh": 3}

_SOURCES = {"P": "pages", "S": "status", "M": "chat", "C": "changes", "d": "git"}  # by the first letter of a native id
WATCHED = 62.0  # seconds: so that more than a minute of quiet follows the last failure


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a play knows of itself: the times at which things were done, read from the clock when they were.

    `mitigated` is None where nobody here ended it. `failures` are the times at which users were hurt; None: those of
    the customers of checkout. `key` are the native ids of the records that tell the story, that of the trigger first.
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

    `alarms`: alert to seconds of its `for`; `settings`: where they differ from the usual; `releases`: service, version
    and subject; `rate`: orders a second; `watch_s`: from the last thing done until it is called resolved, which is
    when the record ends.
    """

    name: str
    title: str
    notes: str
    play: Callable[["Stage"], Told]
    evidence: frozenset[str] = EVERYTHING
    severity: str = "SEV-2"
    alarms: Mapping[str, int] = field(default_factory=lambda: ALARMS)
    settings: Mapping[str, object] = field(default_factory=dict)
    releases: tuple[tuple[str, str, str], ...] = ()
    watch_s: float = 20.0
    rate: float = 20.0
    tls_s: float | None = None  # the payment provider speaks TLS with a certificate that is valid this long
    metrics: tuple[str, ...] = ("error ratio", "latency p95", "database connections in use")
    seeds: tuple[int, ...] = (1,)

    def shows(self, native_id: str) -> bool:
        """Whether befell gets to see the record of this id."""
        return _SOURCES[native_id[0]] in self.evidence
