"""Summaries combine in any order and any split, and the streaming count agrees with combining."""

from datetime import UTC, datetime, timedelta
from functools import reduce as fold

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.event import LEVELS, Exemplar, LogSource, LogSummary
from pipeline.incident import Window
from pipeline.lines.fields import Parsed
from pipeline.logs import combine
from pipeline.logs.count import Counts
from pipeline.logs.notes import Notes
from pipeline.logs.records import Record, Text
from pipeline.logs.summary import minute_of

START = datetime(2026, 11, 24, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(days=1))

PATHS = ["a.log", "b.log"]
RECORDS = st.lists(
    st.tuples(
        st.integers(0, 86_399),
        st.sampled_from(["a.log", "b.log"]),
        st.sampled_from(LEVELS),
        st.sampled_from(["x", "y"]),
    ),
    min_size=1,
    max_size=40,
)


def single(offset: int, record: tuple[int, str, str, str]) -> LogSummary:
    second, path, level, source = record
    at = START + timedelta(seconds=second)
    exemplar = Exemplar(at=at, text=f"line {offset}", path=path, offset=offset, line=offset + 1)
    return LogSummary(
        service="web", template="t", level=level, count=1, first=at, last=at, histogram={minute_of(at): 1},
        exemplars=(exemplar,), source=source,
    )  # fmt: skip


@given(RECORDS, st.randoms(use_true_random=False), st.data())
def test_any_order_and_any_split_give_the_same(records: list, random, data) -> None:  # type: ignore[no-untyped-def, type-arg]
    parts = [single(offset, record) for offset, record in enumerate(records)]
    whole = fold(combine, parts)
    shuffled = list(parts)
    random.shuffle(shuffled)
    at = data.draw(st.integers(0, len(parts)))
    halves = [fold(combine, half) for half in (shuffled[:at], shuffled[at:]) if half]

    assert fold(combine, halves) == whole
    assert fold(combine, reversed(halves)) == whole
    assert sum(whole.histogram.values()) == whole.count == len(parts)
    assert 1 <= len(whole.exemplars) <= 3
    assert (whole.exemplars[0].at, whole.exemplars[-1].at) == (whole.first, whole.last)


@given(RECORDS)
def test_counting_record_by_record_gives_what_combining_gives(records: list) -> None:  # type: ignore[type-arg]
    counts = Counts(WINDOW)
    for offset, (second, path, level, name) in enumerate(records):
        source = LogSource(paths=(), name=name, service="web")
        record = Record(Text(offset, offset + 1, f"line {offset}", 0), Parsed(None, level, "t"))
        counts.add(source, path, START + timedelta(seconds=second), record, Notes(name))

    assert list(counts.summaries()) == [fold(combine, [single(*pair) for pair in enumerate(records)])]


def test_only_the_same_template_of_the_same_service_combines() -> None:
    one = single(0, (0, "a.log", "error", "x"))
    other = LogSummary(service="web", template="u", level="", count=1, first=START, last=START)
    with pytest.raises(ValueError, match="do not combine"):
        combine(one, other)
