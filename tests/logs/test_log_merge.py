"""The records of several files in one order of time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import lines, merge
from pipeline.logs.notes import Notes
from pipeline.logs.paths import Found
from pipeline.logs.stated import Stated
from pipeline.logs.window import find_window

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = Window(NOON - timedelta(hours=30), NOON + timedelta(hours=30))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def merged(*contents: str, **fields: str) -> Iterator[str]:
    """The records of files with these contents, in order."""
    notes = Notes("web")
    stated = Stated(LogSource(paths=(), name="web", **fields), notes)
    found = []
    for number, content in enumerate(contents):
        Path(f"{number}.log").write_text(content)
        found.append(Found(f"{number}.log", f"{number}.log"))
    plans = list(find_window(stated, found, DAY, notes))
    for batch in merge.merged(plans, stated, DAY, pytest.fail):
        yield from (record.decode() for record in batch)


MILLIS = st.integers(0, 100_000_000)
STAMPS = {
    "millis": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
    "comma": lambda at: f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03}",
    "offset": lambda at: (at + timedelta(hours=2)).isoformat(timespec="milliseconds").replace("+00:00", "+02:00"),
    "access": lambda at: f"[{at:%d/%b/%Y:%H:%M:%S} +0000]",
    "epoch": lambda at: f"{at.timestamp():.3f}",
}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.tuples(MILLIS, st.sampled_from(["", "\n  at a.b(C.java:1)", "\n\nmore"]))), max_size=4),
    st.sampled_from([*STAMPS, "mixed"]),
    st.booleans(),
)
def test_all_records_come_in_order(
    monkeypatch: pytest.MonkeyPatch, files: list[list[tuple[int, str]]], style: str, ended: bool
) -> None:
    monkeypatch.setattr(lines, "BLOCK", 200)
    contents, expected = [], []
    for number, file in enumerate(files):
        stamp = STAMPS[style] if style != "mixed" else list(STAMPS.values())[number % len(STAMPS)]
        records = []
        for millis, more in sorted(file):
            at = NOON + timedelta(milliseconds=millis // 1000 * 1000 if stamp is STAMPS["access"] else millis)
            records.append(f"{stamp(at)} record {millis} of {number}{more}")
            expected.append((at, records[-1]))
        contents.append("\n".join(records) + "\n" * (ended and bool(records)))

    assert list(merged(*contents)) == [record for _, record in sorted(expected, key=lambda pair: pair[0])]


def test_equal_times_stay_in_the_order_of_files_and_lines() -> None:
    same = "2026-11-24T12:00:00.000Z"
    assert list(merged(f"{same} z\n{same} a\n", f"{same} m\n")) == [f"{same} z", f"{same} a", f"{same} m"]


def test_a_file_that_is_out_of_order_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK", 200)
    said = [f"2026-11-24T12:{59 - number % 60:02}:00.000Z {number}" for number in range(100)]

    assert sorted(merged("\n".join(said), "\n".join(said[::-1]))) == sorted(said * 2)


def test_a_line_without_an_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "LONGEST", 500)
    monkeypatch.setattr(lines, "BLOCK", 200)
    said = list(merged("2026-11-24T12:00:00.000Z " + "x" * 100_000 + "\n2026-11-24T12:00:01.000Z next"))

    assert len(said[0]) < 1_000
    assert said[1:] == ["2026-11-24T12:00:01.000Z next"]
