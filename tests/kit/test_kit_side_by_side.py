"""Many sources at once: all are read side by side, and one that hangs costs itself and nothing else."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fake_sources import fake

from pipeline.collect import collect
from pipeline.config import Config
from pipeline.event import Event
from pipeline.incident import Incident, Window

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))


@pytest.mark.parametrize(("own", "total"), [(0.3, 30), (30, 2)])
def test_twelve_sources_are_read_at_once_and_the_one_that_hangs_is_left(tmp_path, own, total):
    """Eleven wait until all of them are being read: one after the other they would never end."""
    together, over = threading.Barrier(11), threading.Event()

    def events(window: Window) -> Iterator[Event]:
        together.wait(20)
        yield Event(at=window.start, kind="deploy", moment="deployed", title="Deploy", native_id="1")

    def hanging(window: Window) -> Iterator[Event]:
        yield Event(at=window.start, kind="alert", moment="fired", title="Errors", native_id="1")
        over.wait(60)

    sources = [fake(f"source-{number}", limit=20, events=events) for number in range(11)]
    config = Config(connectors=(fake("slow", limit=own, events=hanging), *sources))
    config = config.model_copy(update={"deadline": timedelta(seconds=total)}).at(tmp_path)
    began = time.monotonic()
    found = collect(Incident(id="INC-1", title="Errors", window=WINDOW), config, lambda: NOW)
    over.set()
    assert time.monotonic() - began < 10
    assert [(notice.source, notice.kind, notice.gap) for notice in found.notices] == [("slow", "timed out", True)]
    assert len(found.events) == 12, "what the slow one had given is kept"
