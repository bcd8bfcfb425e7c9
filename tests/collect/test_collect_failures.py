"""A source that fails or hangs is a notice; the others, and what it had given, stay."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_source import INCIDENT, NOW, config_of, event, source
from support.servers import free_port

from pipeline.collect import collect
from pipeline.connector import ConnectorSettings
from pipeline.errors import SourceError
from pipeline.event import Account, LogSource, Notice, Rejected
from pipeline.logs import cluster, parts
from pipeline.snapshot import Snapshot

Collected = Callable[..., Snapshot]


def then(problem: BaseException, *records: Any) -> Callable[[], Iterator[Any]]:
    def give() -> Iterator[Any]:
        yield from records
        raise problem

    return give


DOWN = SourceError("the connection was refused.", where="https://ci.example.com", fix="Check host and port in url.")


def test_a_failed_source_names_itself_and_the_fix_and_keeps_what_it_had(collected: Collected) -> None:
    found = collected(source("ci", events=then(DOWN, event("09:10"))), source("chat", events=[event("09:20")]))
    assert [one.connector for one in found.events] == ["ci", "chat"]
    assert found.notices == (
        Notice(
            kind="failed",
            source="ci",
            gap=True,
            detail="Could not be read in full: https://ci.example.com: the connection was refused. "
            "Check host and port in url.",
        ),
    )
    assert found.accounts["ci"] == Account(read=1, parsed=1)


@pytest.mark.parametrize("problem", [ZeroDivisionError("division by zero"), SystemExit(3), KeyError("time")])
def test_a_fault_of_a_connector_is_a_notice_too(collected: Collected, problem: BaseException) -> None:
    found = collected(source("ci", events=then(problem)), source("chat", events=[event("09:20")]))
    (notice,) = found.notices
    assert notice.source == "ci" and notice.gap
    assert type(problem).__name__ in notice.detail and "test_collect_failures.py:" in notice.detail
    assert "report it" in notice.detail


def test_one_stream_that_fails_leaves_the_others(collected: Collected) -> None:
    found = collected(source("prom", events=then(DOWN), series=then(DOWN), logs=[]))
    assert len(found.notices) == 1  # the same failure twice is told once
    found = collected(source("prom", events=[event("09:10")], logs=then(DOWN)))
    assert len(found.events) == 1 and len(found.notices) == 1


def test_a_connector_that_gives_nonsense_is_a_failure(collected: Collected) -> None:
    found = collected(source("ci", events=[event("09:10"), "a line"]))
    assert len(found.events) == 1
    assert "TypeError: a connector gives no str" in found.notices[0].detail


def test_a_time_without_zone_is_a_rejected_record(collected: Collected) -> None:
    from dataclasses import replace

    naive = replace(event("09:10", native_id="7"), at=event("09:10").at.replace(tzinfo=None))
    found = collected(source("ci", events=[naive]))
    assert found.accounts["ci"].rejected == 1
    assert found.notices[0].detail == "1 of 1 records rejected, the first: 7: 2026-11-24 09:10:00: has no time zone"


def test_rejected_records_are_one_notice_a_source(collected: Collected) -> None:
    bad = [Rejected(where=f"events.jsonl:{line}", why="time: missing") for line in (12, 40, 41)]
    found = collected(source("files", events=[event("09:10"), event("08:00"), *bad]))
    assert found.notices == (
        Notice(
            kind="rejected",
            source="files",
            gap=True,
            detail="3 of 5 records rejected, the first: events.jsonl:12: time: missing",
        ),
    )


def test_a_quiet_source_says_so_a_failed_one_does_not(collected: Collected) -> None:
    truncated = Notice(kind="truncated", detail="past its retention", gap=True)
    found = collected(
        source("quiet"), source("early", events=[event("08:00")]), source("down", events=then(DOWN)),
        source("cut", events=[truncated]),
    )  # fmt: skip
    assert [(one.source, one.kind) for one in found.notices] == [
        ("quiet", "empty"), ("early", "empty"), ("down", "failed"), ("cut", "truncated"),
    ]  # fmt: skip
    assert [one.gap for one in found.notices] == [False, False, True, True]


def test_a_hanging_source_is_left_and_what_it_gave_is_kept() -> None:
    released = threading.Event()

    def hangs() -> Iterator[Any]:
        yield event("09:10")
        released.wait(60)
        yield event("09:11")

    quick = ConnectorSettings(use="fake", name="slow", time_limit=0.1)
    states: list[tuple[str, str]] = []
    try:
        found = collect(
            INCIDENT,
            config_of(source("slow", settings=quick, events=hangs), source("ci", events=[event("09:20")])),
            lambda: NOW,
            lambda name, _records, state: states.append((name, state)),
        )
    finally:
        released.set()
    assert [one.connector for one in found.events] == ["slow", "ci"]
    (notice,) = found.notices
    assert (notice.kind, notice.source, notice.gap) == ("timed out", "slow", True)
    assert "longer than 0.1 s" in notice.detail and "Raise time_limit" in notice.detail
    assert ("slow", "timed out") in states and ("ci", "done") in states


def test_the_deadline_ends_what_time_limits_would_allow() -> None:
    released = threading.Event()
    from datetime import timedelta

    config = config_of(source("slow", events=lambda: iter([released.wait(60)])), deadline="1s")
    config = config.model_copy(update={"deadline": timedelta(seconds=0.1)}).at(config.base)
    try:
        found = collect(INCIDENT, config, lambda: NOW)
    finally:
        released.set()
    assert found.notices[0].kind == "timed out" and "it had given nothing" in found.notices[0].detail


def test_a_hanging_source_does_not_hang_the_end_of_the_program() -> None:
    program = """
import sys, threading; sys.path.insert(0, "tests/collect")
from fake_source import INCIDENT, NOW, config_of, source
from pipeline.collect import collect
from pipeline.connector import ConnectorSettings
quick = ConnectorSettings(use="fake", name="slow", time_limit=0.1)
slow = source("slow", settings=quick, events=lambda: threading.Event().wait())
print(collect(INCIDENT, config_of(slow), lambda: NOW).notices[0].kind)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "timed out\n"


def test_logs_are_read_here_where_the_cluster_does_not_answer(
    collected: Collected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART", 20_000)
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    path = tmp_path / "app.log"
    path.write_text("".join(f"2026-11-24T09:{n // 60 % 60:02}:{n % 60:02}Z ERROR failed {n}\n" for n in range(3_000)))
    logs = source("logs", logs=[LogSource(paths=(str(path),), name="app", service="app")])
    address = f"tcp://127.0.0.1:{free_port()}"

    local = collected(logs)
    found = collected(logs, log_engine={"use": "dask", "scheduler": address})

    assert found.logs == local.logs and found.accounts == local.accounts
    (told,) = (one for one in found.notices if one.kind == "log-engine")
    assert told.detail.startswith(f"{address} did not read all of the logs; the rest was read here.")
