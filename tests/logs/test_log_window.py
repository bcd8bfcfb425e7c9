"""Of a file in the order of time only the window is read, and it gives what reading all of the file gives."""

import gzip
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.event import LogSource, LogSummary
from pipeline.incident import Window
from pipeline.logs import Reduced, index, lines, reduce, window, window_search

Run = Callable[..., Reduced]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DISORDER = 30.0
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)


def around(start: float, end: float) -> Window:
    return Window(NOON + timedelta(seconds=start), NOON + timedelta(seconds=end))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of any size are searched, in small steps."""
    monkeypatch.setattr(window, "SMALL", 0)
    monkeypatch.setattr(window_search, "NEAR", 64)
    monkeypatch.setattr(window_search, "LOOK", 64)
    monkeypatch.setattr(index, "SPACING", 64)
    for module in (index, lines):
        monkeypatch.setattr(module, "BLOCK", 128)


def both(source: LogSource, span: Window, monkeypatch: pytest.MonkeyPatch) -> tuple[Reduced, Reduced]:
    """The reduction by a search, and by reading everything."""
    with monkeypatch.context() as patch:
        patch.setattr(window, "SMALL", 1 << 40)
        everything = reduce([source], span)
    return reduce([source], span), everything


def records(found: Reduced) -> list[LogSummary]:
    """Without the numbers of lines, which are not known where the lines before were not read."""
    return [replace(one, exemplars=tuple(replace(each, line=0) for each in one.exemplars)) for one in found.summaries]


def in_parts(content: bytes, size: int, pack: Callable[[bytes], bytes]) -> list[bytes]:
    return [pack(content[start : start + size]) for start in range(0, len(content), size)]


def seekable(content: bytes) -> bytes:
    """zstd's seekable format: frames, and their table in a skippable frame at the end."""
    parts = in_parts(content, 500, zstandard.ZstdCompressor().compress)
    sizes = [(len(part), min(500, len(content) - 500 * number)) for number, part in enumerate(parts)]
    rows = b"".join(number.to_bytes(4, "little") for pair in sizes for number in pair)
    foot = len(parts).to_bytes(4, "little") + b"\0" + b"\xb1\xea\x92\x8f"
    return b"".join(parts) + b"\x5e\x2a\x4d\x18" + len(rows + foot).to_bytes(4, "little") + rows + foot


def sizeless(content: bytes) -> bytes:
    packer = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    return packer.compress(content) + packer.flush()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "gzip members": lambda content: b"".join(in_parts(content, 500, gzip.compress)) + b"\0" * 9,
    "zstd": zstandard.ZstdCompressor().compress,
    "zstd frames": lambda content: b"".join(in_parts(content, 500, zstandard.ZstdCompressor().compress)),
    "zstd frames without sizes": lambda content: b"".join(in_parts(content, 500, sizeless)),
    "zstd seekable": seekable,
}
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
@given(st.data(), files(), st.sampled_from(sorted(PACKINGS)), st.booleans(), st.booleans())
def test_a_search_gives_what_reading_everything_gives(
    searched: None, monkeypatch: pytest.MonkeyPatch, data: st.DataObject, file: tuple[str, list[str], list[float]],
    packing: str, named: bool, ended: bool,
) -> None:  # fmt: skip
    style, said, times = file
    edges = st.tuples(st.sampled_from(times), st.sampled_from([-2000, -10, -1, 0, 0.5, 1, 10, 2000])).map(sum)
    start, end = sorted((data.draw(edges), data.draw(edges)))
    Path("app.log").write_bytes(PACKINGS[packing](("\n".join(said) + "\n" * ended).encode()))
    source = LogSource(paths=("app.log",), name="web", format=style if named and style in ("json", "cri") else "")
    found, everything = both(source, around(start, end), monkeypatch)
    again, _ = both(source, around(start, end), monkeypatch)

    assert records(found) == records(again) == records(everything)
    assert everything.account.bytes_skipped == 0
    assert {one.kind for one in found.notices} <= {one.kind for one in everything.notices}
    for account in (found.account, again.account):
        assert account.summarised == everything.account.summarised
        assert account.read == account.parsed + account.rejected <= everything.account.read
        assert account.parsed == account.outside_window + account.summarised
        assert 0 <= account.bytes_skipped <= Path("app.log").stat().st_size


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
    for length in (30_000, 120_000):
        steady("app.log", length)
        read.clear()
        found = reduced(window=around(20_000, 20_600))
        skipped.append(Path("app.log").stat().st_size - found.account.bytes_skipped)

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
