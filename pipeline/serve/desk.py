"""What hooks and pages of the service work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.config import Config
from pipeline.serve.metrics import Metrics
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """What they share, one per process."""

    config: Config
    store: Store
    clock: Callable[[], datetime]
    metrics: Metrics
    log: Any
    worker_looked: Callable[[], str] = lambda: ""  # why the worker of this process does not work, or ""
