"""What befell tells of itself, for Prometheus: one registry a process."""

from collections import Counter as Tally
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from pipeline.store.watches import ALIVE, Watch

_STATES = ("open", "quiet", "drafted", "skipped", "withdrawn", "merged")


class Metrics:
    """Counts of this process, and gauges of the store as it was last looked at."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry, "namespace": "befell"}
        self.deliveries = Counter("deliveries", "Deliveries received, by hook and answer.", ["hook", "status"], **made)
        self.drafts = Counter("drafts", "Drafts, by outcome: drafted, skipped, failed.", ["outcome"], **made)
        self.draft_seconds = Histogram(
            "draft_seconds", "Time that a draft took, collecting included, in seconds.",
            buckets=(1, 2.5, 5, 10, 30, 60, 120, 300), **made,
        )  # fmt: skip
        self.source_failures = Counter("source_failures", "Sources that failed or hung, by source.", ["source"], **made)
        self.notices = Counter("notifications", "Reviewers told, by target and outcome.", ["target", "outcome"], **made)
        self.incidents = Gauge("incidents", "Incidents that are followed, by state.", ["state"], **made)
        self.queue_age = Gauge("queue_age_seconds", "How long the oldest incident has been due, in seconds.", **made)
        self.failing = Gauge("failing_drafts", "Incidents whose last draft failed.", **made)
        self.last_look = Gauge("last_look_timestamp_seconds", "When a worker last looked for what is due.", **made)
        self.store_up = Gauge("store_up", "Whether the store could be used: 1 or 0.", **made)

    def looked(self, watches: list[Watch], now: datetime) -> None:
        """Set the gauges from what the store has."""
        by_state: Tally[str] = Tally(one.state for one in watches)
        for state in _STATES:
            self.incidents.labels(state).set(by_state[state])
        due = [one.due_at for one in watches if one.state == "quiet" and one.due_at and one.due_at <= now]
        self.queue_age.set((now - min(due)).total_seconds() if due else 0)
        self.failing.set(sum(one.tries > 0 for one in watches if one.state in ALIVE))
        self.last_look.set(now.timestamp())
        self.store_up.set(1)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
