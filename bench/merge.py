"""Merging and milestones over 1,000,000 events of 50 sources, as a ratio to pandas' own plain merge of the same frame.

The yardstick is concat + sort_values + drop_duplicates on the 50 frames; both run in this process, in turn. Half of the
events are measured as well, to see that time grows with the number of events.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from pipeline.incident import Incident, Window
from pipeline.timeline import merge, milestones
from pipeline.timeline.frame import TEXTS, TIMES
from pipeline.timeline.frame import UTC as DTYPE
from pipeline.timeline.milestones.view import View
from pipeline.timeline.overrides import Overrides
from pipeline.timeline.scope import in_scope
from pipeline.timeline.words import add_cues

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
SOURCES, ROUNDS, GOAL = 50, 3, 3.0
INCIDENT = Incident(id="INC-1", title="Checkout is failing", services=("service-3",))
WINDOW = Window(START, START + timedelta(hours=6))


def source(number: int, events: int) -> pd.DataFrame:
    """The events of one source: alerts that repeat, deploys, messages; some records come twice."""
    chance = np.random.default_rng(number)
    at = np.datetime64(START.replace(tzinfo=None), "us") + chance.integers(0, 6 * 3600 * 10**6, events)
    kinds = np.array(["alert", "page", "deploy", "message", "log", "metric"], dtype=object)
    kind = kinds[chance.choice(len(kinds), events, p=[0.35, 0.15, 0.05, 0.1, 0.25, 0.1])]
    service = np.array([f"service-{i}" for i in range(40)], dtype=object)[chance.integers(0, 40, events)]
    name = np.array([f"Alert{i}" for i in range(400)], dtype=object)[chance.integers(0, 400, events)]
    resolved = (chance.random(events) < 0.5) & np.isin(kind, ("alert", "page"))
    frame = pd.DataFrame({"at": pd.Series(at).dt.tz_localize("UTC").astype(DTYPE)})
    for column in TIMES[1:]:
        frame[column] = pd.Series(pd.NaT, index=frame.index, dtype=DTYPE)
    for column in TEXTS:
        frame[column] = pd.Series("", index=frame.index, dtype=object)
    frame["kind"], frame["service"] = kind, service
    frame["moment"] = np.where(resolved, "resolved", "fired")
    frame["title"] = name + " on " + service + ": the error rate is above its objective"
    frame["severity"] = np.array(["critical", "warning", "info"], dtype=object)[chance.integers(0, 3, events)]
    frame["connector"] = frame["source"] = f"source-{number}"
    numbers = np.arange(events) // 2 * 2 if number % 10 == 0 else np.arange(events)
    frame["id"] = [f"{number:04x}{one:08x}" for one in numbers]
    frame["precision_s"] = 1.0
    frame["alert_name"] = np.where(np.isin(kind, ("alert", "page")), name, "")
    frame["told_service"], frame["sha"], frame["version"] = service, "", ""
    return frame


def ours(frames: list[pd.DataFrame]) -> None:
    frame = pd.concat(frames).sort_values(["at", "id", "connector"], kind="stable", ignore_index=True)
    frame = frame.astype({"title": "category"})
    frame = add_cues(merge.mark(frame))
    view = View(
        incident=INCIDENT, window=WINDOW, events=frame[in_scope(frame, INCIDENT)], signals=(), bursts=()
    )  # fmt: skip
    milestones.find(view, Overrides())


def plain(frames: list[pd.DataFrame]) -> None:
    pd.concat(frames).sort_values(["at", "id", "connector"]).drop_duplicates(["at", "id", "title", "service"])


def timed(work: Callable[[list[pd.DataFrame]], None], frames: list[pd.DataFrame]) -> float:
    start = time.perf_counter()
    work(frames)
    return time.perf_counter() - start


def main() -> None:
    medians = {}
    for events in (500_000, 1_000_000):
        frames = [source(number, events // SOURCES) for number in range(SOURCES)]
        pairs = [(timed(ours, frames), timed(plain, frames)) for _ in range(ROUNDS)]
        ratios = [mine / theirs for mine, theirs in pairs]
        medians[events] = statistics.median(mine for mine, _ in pairs)
        print(
            f"{events:,} events of {SOURCES} sources: merge and milestones {medians[events]:.2f} s, "
            f"pandas concat + sort_values + drop_duplicates {statistics.median(theirs for _, theirs in pairs):.2f} s, "
            f"ratio {statistics.median(ratios):.2f} (min {min(ratios):.2f}, max {max(ratios):.2f})"
        )
    print(f"twice the events: {medians[1_000_000] / medians[500_000]:.2f} × the time; goal: ratio at most {GOAL}")
    sys.exit(0 if statistics.median(ratios) <= GOAL else 1)


if __name__ == "__main__":
    main()
