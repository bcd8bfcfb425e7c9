"""Of a file in the order of time only the window is read, and it gives what reading all of the file gives."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.event import LogSource, LogSummary
from pipeline.incident import Window
from pipeline.logs import Reduced, reduce, window, window_search

Run = Callable[..., Reduced]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DISORDER = 30.0
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def around(start: float, end: float) -> Window:
    return Window(NOON + timedelta(seconds=start), NOON + timedelta(seconds=end))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of any size are searched, in small steps."""
    monkeypatch.setattr(window, "SMALL", 0)
    monkeypatch.setattr(window_search, "NEAR", 64)
    monkeypatch.setattr(window_search, "LOOK", 64)


def both(source: LogSource, span: Window, monkeypatch: pytest.MonkeyPatch) -> tuple[Reduced, Reduced]:
    """The reduction by a search, and by reading everything."""
    with monkeypatch.context() as patch:
        patch.setattr(window, "SMALL", 1 << 40)
        everything = reduce([source], span)
    return reduce([source], span), everything


def records(found: Reduced) -> list[LogSummary]:
    """Without the numbers of lines, which are not known where the lines before were not read."""
    return [replace(one, exemplars=tuple(replace(each, line=0) for each in one.exemplars)) for one in found.summaries]


STYLES: dict[str, Callable[[datetime, str], str]] = {
    "text": lambda at, said: f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z ERROR {said}",
    "comma": lambda at, said: f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03} WARN {said}",
    "epoch": lambda at, said: f"{at.timestamp():.3f} ERROR {said}",
    "json": lambda at, said: f'{{"level":"error","msg":"{said}","ts":"{at.isoformat()}"}}',
    "logfmt": lambda at, said: f'level=error ts={at.isoformat()} msg="{said}"',
    "access": lambda at, said: f'10.0.0.1 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET /{said.split()[0]} HTTP/1.1" 500 1',
    "syslog3164": lambda at, said: f"{at:%b %d %H:%M:%S} host app[1]: ERROR {said}",
    "klog": lambda at, said: f"E{at:%m%d %H:%M:%S.%f}    1 a.go:12] {said}",
    "cri": lambda at, said: f"{at:%Y-%m-%dT%H:%M:%S.%f}Z stdout F ERROR {said}",
}
OTHERS = (
    "", "   ", "a line without a time", "    at com.shop.Cart.add(Cart.java:12)", "Caused by: java.io.IOException: no",
    "2026-11-24T25:61:00Z ERROR impossible", "\0\0\0", "x" * 300, "é\ufeff", "{", '{"ts": 1}',
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[str], list[float]]:
    """A file in one style, in order but for the disorder that is allowed, with lines that have no time in between."""
    style = draw(st.sampled_from(sorted(STYLES)))
    others = OTHERS[:3] if style in ("cri", "syslog3164") else OTHERS
    at, lines, times = -1500.0, [], []
    for number in range(draw(st.integers(1, 60))):
        at += draw(st.sampled_from([0, 0.25, 1, 7, 60, 600]))
        shift = draw(st.sampled_from([0, 0, 0, -DISORDER / 2, DISORDER / 2]))
        said = f"{draw(st.sampled_from('abc'))} failed {number}"
        times.append(at + shift)
        lines.append(STYLES[style](NOON + timedelta(seconds=at + shift), said))
        lines += draw(st.lists(st.sampled_from(others), max_size=2))
    return style, lines, times


@QUIET
@given(st.data(), files(), st.booleans(), st.booleans())
def test_a_search_gives_what_reading_everything_gives(
    searched: None, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, file: tuple[str, list[str], list[float]],
    named: bool, ended: bool,
) -> None:  # fmt: skip
    style, lines, times = file
    edges = st.tuples(st.sampled_from(times), st.sampled_from([-2000, -10, -1, 0, 0.5, 1, 10, 2000])).map(sum)
    start, end = sorted((data.draw(edges), data.draw(edges)))
    Path("app.log").write_text("\n".join(lines) + "\n" * ended)
    source = LogSource(paths=("app.log",), name="web", format=style if named and style in ("json", "cri") else "")
    found, everything = both(source, around(start, end), monkeypatch)

    assert records(found) == records(everything)
    assert found.account.summarised == everything.account.summarised
    assert found.account.read == found.account.parsed + found.account.rejected <= everything.account.read
    assert found.account.parsed == found.account.outside_window + found.account.summarised
    assert 0 <= found.account.bytes_skipped <= os.stat("app.log").st_size
    assert everything.account.bytes_skipped == 0


def steady(path: str, lines: int, extra: Callable[[int], str] = lambda number: "") -> None:
    """A line a second from noon on."""
    with Path(path).open("w") as file:
        for number in range(lines):
            file.write(f"{NOON + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ} ERROR thing {number} failed\n")
            file.write(extra(number))


def test_cost_follows_the_window_not_the_file(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    real = os.pread
    monkeypatch.setattr(window_search.os, "pread", lambda *args: read.append(args[1]) or real(*args))
    skipped = []
    for lines in (30_000, 120_000):
        steady("app.log", lines)
        read.clear()
        found = reduced(window=around(20_000, 20_600))
        skipped.append(os.stat("app.log").st_size - found.account.bytes_skipped)

        assert found.account.summarised == 600
        assert found.account.read < 1100  # with 30 s on both sides, and what is nearer than a look
        assert len(read) < 100
        assert max(read) <= window_search.LOOK * 16
    assert skipped[1] < 1.5 * skipped[0] < 100_000


def test_a_record_says_at_which_byte_it_stands(reduced: Run) -> None:
    steady("app.log", 30_000)
    (shown,) = reduced(window=around(20_000, 20_600)).summaries
    (first, *_) = shown.exemplars

    assert first.line == 0
    assert Path("app.log").read_bytes()[first.offset :].startswith(first.text.encode())
