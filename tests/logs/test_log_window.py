"""Of a file in the order of time only the window is read, and it gives what reading all of the file gives."""

import gzip
import os
import tracemalloc
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
    monkeypatch.setattr(window, "TINY", 0)
    monkeypatch.setattr(window, "SMALL", 0)
    monkeypatch.setattr(window_search, "NEAR", 64)
    monkeypatch.setattr(window_search, "LOOK", 64)
    monkeypatch.setattr(index, "SPACING", 64)
    for module in (index, lines):
        monkeypatch.setattr(module, "BLOCK", 128)


def both(source: LogSource, span: Window, monkeypatch: pytest.MonkeyPatch) -> tuple[Reduced, Reduced]:
    """The reduction by a search, and by reading everything."""
    with monkeypatch.context() as patch:
        patch.setattr(window, "TINY", 1 << 40)
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


def kinds(found: Reduced) -> list[str]:
    return [notice.kind for notice in found.notices]


def test_an_unordered_file_is_read_whole_and_said_to_be(reduced: Run) -> None:
    steady("one.log", 12_000)
    steady("two.log", 12_000)
    found = reduced(Path("one.log").read_bytes() + Path("two.log").read_bytes(), window=around(3000, 3600))

    assert found.account.summarised == 1200
    assert found.account.read == 24_000
    assert found.account.bytes_skipped == 0
    assert "unordered" in kinds(found)


def test_disorder_that_the_samples_miss_is_met_while_reading(reduced: Run) -> None:
    """A block of old lines, met between two looks, shows that lines of the window may stand anywhere."""
    said = [f"{NOON + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ} ERROR thing failed\n" for number in range(60_000)]
    said[30_050:30_050] = said[1000:1010]
    said[100:100] = said[30_020:30_030]
    found = reduced("".join(said), window=around(30_000, 30_100))

    assert found.account.summarised == 110
    assert found.account.read == 60_020
    assert found.account.bytes_skipped == 0
    assert "unordered" in kinds(found)


def test_a_stated_disorder_is_reached_over(reduced: Run) -> None:
    late = {
        number: f"{NOON + timedelta(seconds=20_000):%Y-%m-%dT%H:%M:%SZ} ERROR late\n" for number in (20_250, 19_750)
    }
    steady("app.log", 30_000, lambda number: late.get(number, ""))
    wide, narrow = (reduced(window=around(20_000, 20_001), disorder_s=allowed) for allowed in (300.0, 0.0))

    assert wide.account.summarised == 3
    assert wide.account.bytes_skipped > 0
    assert narrow.account.summarised < 3


def test_the_hour_that_a_clock_change_repeats_is_told_by_the_order_of_the_file(reduced: Run) -> None:
    """Berlin, 25 October 2026: 02:00 to 03:00 comes twice; the window lies in the first."""
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight
    with Path("app.log").open("w") as file:
        for second in range(40_000):
            local = begin + timedelta(hours=2 if second < 10_800 else 1, seconds=second)
            file.write(f"{local:%Y-%m-%d %H:%M:%S} ERROR thing failed\n")
    twice = Window(begin + timedelta(seconds=7_500), begin + timedelta(seconds=7_800))
    found = reduced(window=twice, zone="Europe/Berlin")

    assert found.account.summarised == 300 and found.summaries[0].first == twice.start
    assert found.account.bytes_skipped > 0
    assert "unordered" not in kinds(found)


def test_packed_files_of_a_rotated_set_outside_the_window_are_not_unpacked(reduced: Run) -> None:
    steady("app.log", 120_000)
    content = Path("app.log").read_bytes().splitlines(keepends=True)
    for number in range(4):
        part = b"".join(content[number * 30_000 : (number + 1) * 30_000])
        Path(f"app.log.{4 - number}.gz").write_bytes(gzip.compress(part))
    Path("app.log").write_text("")
    found = reduced(window=around(40_000, 40_600), paths=("app.log*",))
    (told,) = [notice.detail for notice in found.notices if notice.kind == "not-unpacked"]

    assert found.account.summarised == 600
    assert told.startswith("app.log.4.gz and 1 more file: ")  # the newest has none after it, and is unpacked
    assert found.account.bytes_skipped == sum(Path(f"app.log.{number}.gz").stat().st_size for number in (4, 2))


def test_an_index_is_made_once_and_anew_when_the_file_changes(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    steady("one.log", 30_000)
    packed = gzip.compress(Path("one.log").read_bytes())
    unpacked: list[int] = []
    real = index._gzip
    monkeypatch.setattr(index, "_gzip", lambda file: unpacked.append(1) or real(file))
    first, again = (
        reduced(packed, window=around(100, 200)) if not times else reduced(window=around(100, 200))
        for times in range(2)
    )

    assert first.account.summarised == again.account.summarised == 100
    assert first.account.bytes_skipped == 0 < again.account.bytes_skipped
    assert len(unpacked) == 1
    reduced(packed + packed[:0], window=around(100, 200))  # written again: another time of change
    reduced(window=around(100, 200), zone="+02:00")
    assert len(unpacked) == 3
    (folder,) = Path("cache").glob("befell/logs")
    assert b"thing" not in b"".join(path.read_bytes() for path in folder.iterdir())
    for path in folder.iterdir():
        path.write_text("[[[1]], 3]")
    assert reduced(window=around(100, 200)).account.summarised == 100
    assert len(unpacked) == 4


def test_without_a_cache_to_write_to_it_only_takes_longer(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", "file")
    steady("one.log", 30_000)

    assert reduced(gzip.compress(Path("one.log").read_bytes()), window=around(100, 200)).account.summarised == 100


def test_a_file_that_grows_is_read_up_to_its_size_at_the_start(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    steady("app.log", 30_000)
    real = window_search.Search.sample

    def growing(search: window_search.Search) -> None:
        real(search)
        with Path("app.log").open("a") as file:
            file.write(f"{NOON + timedelta(seconds=30_000):%Y-%m-%dT%H:%M:%SZ} ERROR later\n")

    monkeypatch.setattr(window_search.Search, "sample", growing)
    found = reduced(window=around(29_000, 40_000))

    assert found.account.summarised == 1000
    assert [one.detail for one in found.notices if one.kind == "grew"] == [
        "app.log: grew by 33 bytes while it was read; they were not read"
    ]


@pytest.mark.parametrize("keep", [0, 100_000, 900_000])
def test_a_file_that_is_cut_after_the_search_is_a_gap(reduced: Run, monkeypatch: pytest.MonkeyPatch, keep: int) -> None:
    steady("app.log", 30_000)
    real = window_search.Search.ordered

    def cutting(search: window_search.Search, disorder: timedelta) -> bool:
        os.truncate("app.log", keep)
        return real(search, disorder)

    monkeypatch.setattr(window_search.Search, "ordered", cutting)
    found = reduced(window=around(25_000, 26_000))

    assert found.account.summarised == 0
    assert "cut-short" in [notice.kind for notice in found.notices if notice.gap]


def bad(content: str) -> bytes:
    """Records of before, of the window and of after it, with what logs hold besides records between them."""
    before, inside, after = (
        "".join(f"{NOON + timedelta(seconds=at + number):%Y-%m-%dT%H:%M:%SZ} ERROR thing\n" for number in range(20_000))
        for at in (0, 20_000, 40_000)
    )
    return content.join((before, inside, after)).encode(errors="surrogateescape")


@pytest.mark.parametrize(
    "content",
    ["x" * 3_000_000 + "\n", "no time here\n" * 40_000, "\0" * 2_000_000, "\udcff\udcfe\n" * 50_000, "\n" * 300_000,
     "2026-11-24T25:61:00Z never\n" * 20_000],
    ids=["long line", "no times", "NULs", "no UTF-8", "empty lines", "no such times"],
)  # fmt: skip
def test_bad_content_between_records_does_not_mislead_the_search(
    reduced: Run, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    Path("app.log").write_bytes(bad(content))
    found, everything = both(LogSource(paths=("app.log",), name="web"), around(22_000, 38_000), monkeypatch)

    assert records(found) == records(everything)
    assert found.account.bytes_skipped > 1_000_000
    assert "unordered" not in kinds(found)


def test_a_line_of_100_mb_is_stepped_over_in_bounded_memory(reduced: Run) -> None:
    with Path("app.log").open("wb") as file:
        file.write(b"2026-11-24T12:00:00Z ERROR first\n2026-11-24T12:00:01Z ERROR " + b"x" * 100_000_000 + b"\n")
        file.write(b"2026-11-24T13:00:00Z ERROR last\n" * 1000)
    tracemalloc.start()
    found = reduced(window=around(3600, 3601))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.account.summarised == 1000
    assert peak < 8_000_000


def test_a_long_stretch_without_times_is_not_read(reduced: Run) -> None:
    steady("app.log", 60_000, lambda number: "no time here\n" * 100_000 if number == 20_000 else "")
    for start in (10_000, 50_000):
        found = reduced(window=around(start, start + 100))

        assert found.account.summarised == 100
        assert found.account.read < 600


def test_a_banner_longer_than_the_sample_is_stepped_over(reduced: Run) -> None:
    steady("app.log", 30_000)
    banner = "".join(f"copyright, part {number}\n" for number in range(300)).encode()
    found = reduced(banner + Path("app.log").read_bytes(), window=around(20_000, 20_100))

    assert found.account.summarised == 100
    assert found.account.bytes_skipped > 900_000


def test_of_many_small_files_those_outside_the_window_are_not_read(reduced: Run) -> None:
    for number in range(5):
        steady("app.log", 30_000)
        said = Path("app.log").read_bytes().splitlines(keepends=True)
        Path(f"app.log.{5 - number}").write_bytes(b"".join(said[number * 5000 : (number + 1) * 5000]))
    Path("app.log").unlink()
    found = reduced(window=around(12_000, 12_100), paths=("app.log*",))
    (shown,) = found.summaries

    assert found.account.summarised == 100
    assert found.account.read < 6000
    assert {one.line for one in shown.exemplars} >= {2001, 2100}
