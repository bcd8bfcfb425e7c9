"""Whatever a file holds: no exception, the equations hold, memory stays bounded, and what is lost is told."""

import gzip
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import Reduced, formats, reduce

Run = Callable[..., Reduced]
WINDOW = Window(datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC))
LINES = "".join(f"2026-11-24T09:{number % 60:02}:00Z ERROR number {number}\n" for number in range(5000)).encode()


def kinds(found: Reduced) -> dict[str, bool]:
    return {notice.kind: notice.gap for notice in found.notices}


PIECES = [
    b"2026-11-24T09:26:46Z ", b"2026-11-24 25:61:00 ", b"Nov 24 09:26:46 h a[1]: ", b"<14>1 ", b"{", b"}", b'"', b"[",
    b"\\", b'{"ts":', b'"log":"', b'"stream":"stdout"', b"1795512406", b" stdout P ", b" stderr F ", b"\n", b"\r\n",
    b"\0", b"\xff", b"\xef\xbb\xbf", b"Traceback (most recent call last):", b"  at a.b(C.java:1)", b"Caused by: ",
    b"goroutine 1 [running]:", b"level=error msg=", b'- - [24/Nov/2026:09:26:46 +0000] "GET /a HTTP/1.1" 500 1',
    b"E1124 09:26:46.1 1 a.go:1] ", b"ERROR ", "größer".encode(), b"  ",
]  # fmt: skip
SOUP = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=60).map(b"".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(SOUP, SOUP.map(gzip.compress), SOUP.map(zstandard.ZstdCompressor().compress), st.binary(max_size=400)),
    st.sampled_from(["", *formats.FORMATS]),
    st.one_of(st.none(), st.integers(0, 500)),
)
def test_any_bytes_are_accounted_for(reduced: Run, content: bytes, form: str, cut: int | None) -> None:
    content = content[:cut]
    found = reduced(content, format=form)  # the fixture checks the equations

    assert found == reduced(content, format=form)
    assert len({(notice.kind, notice.detail.split(":")[0]) for notice in found.notices}) == len(found.notices)


def test_random_bytes_are_rejected_and_told(reduced: Run) -> None:
    found = reduced(random.Random(1).randbytes(300_000))

    assert found.account.rejected == found.account.read > 100
    assert kinds(found)["rejected"] is True


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\0" * 70_000, b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_a_file_without_a_record_says_so(content: bytes, reduced: Run) -> None:
    found = reduced(content)

    assert found.account.read == 0
    assert "no record with a time" in next(notice.detail for notice in found.notices if notice.kind == "empty")


def test_the_hole_that_a_cut_file_leaves_is_stepped_over(reduced: Run) -> None:
    found = reduced(b"\0" * 300_000 + b"2026-11-24T09:26:46Z ERROR a\0b\n")

    (summary,) = found.summaries
    assert summary.exemplars[0].text == "2026-11-24T09:26:46Z ERROR a\ufffdb"
    assert summary.exemplars[0].offset == 300_000
    assert "nul-bytes" in kinds(found)


def test_invalid_utf8_is_replaced_and_counted(reduced: Run) -> None:
    found = reduced(b"\xef\xbb\xbf2026-11-24T09:26:46Z ERROR caf\xe9\r\n2026-11-24T09:26:47Z ERROR ok\r\n")

    assert found.account.summarised == 2
    assert "1 record, first: app.log:1" in next(one.detail for one in found.notices if one.kind == "invalid-utf8")
    assert {one.exemplars[0].text[21:] for one in found.summaries} == {"ERROR caf\ufffd", "ERROR ok"}


@pytest.mark.parametrize(
    "packed", [gzip.compress(LINES), zstandard.ZstdCompressor().compress(LINES)], ids=["gz", "zst"]
)
def test_a_cut_or_damaged_archive_counts_up_to_there(packed: bytes, reduced: Run) -> None:
    for content in (packed[:-1], packed[: len(packed) // 2], packed[:10], packed + packed[:30], packed + b"rubbish!"):
        found = reduced(content)
        assert kinds(found)["cut-short"] is True
        if len(content) >= len(packed):
            assert found.account.read == 5000
    assert reduced(packed[:-1]).account.read > 3_000  # zstd gives whole blocks of 128 kB
    assert "cut-short" not in kinds(reduced(packed))
    assert "cut-short" not in kinds(reduced(packed + packed))


def test_a_zstd_frame_may_be_skippable(reduced: Run) -> None:
    skippable = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"
    found = reduced(skippable + zstandard.ZstdCompressor(write_checksum=True).compress(LINES) + skippable)

    assert found.account.read == 5000
    assert "cut-short" not in kinds(found)


@pytest.mark.parametrize(
    "head", [b"2026-11-24T09:26:46Z ERROR ", b'{"ts":"2026-11-24T09:26:46Z","level":"error","msg":"']
)
def test_a_line_of_10_mb_keeps_its_first_part(head: bytes, reduced: Run) -> None:
    found = reduced(head + b"x" * 10_000_000 + b"\n2026-11-24T09:27:00Z INFO next\n")

    assert found.account.summarised == 2
    assert found.summaries[0].level == "error"
    assert found.summaries[0].exemplars[0].text.endswith(f"… ({len(head) + 10_000_000 - 4000:,} more characters)")
    assert "long-record" in kinds(found)


def test_memory_is_bounded_for_a_line_of_100_mb(tmp_path: Path) -> None:
    path = tmp_path / "app.log.zst"
    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as stream:
        stream.write(b"2026-11-24T09:26:46Z ERROR ")
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
        stream.write(b"\n" + LINES)
    tracemalloc.start()
    found = reduce([LogSource(paths=(str(path),), name="web")], WINDOW)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert path.stat().st_size < 100_000
    assert found.account.summarised == 5001
    assert peak < 8_000_000


@pytest.mark.parametrize("unit", [b"a", b"(", b"'", b'"', b"a.", b"[", b"=", b'a="', b"{", b"[[", b"0-", b"\\", b" "])
@pytest.mark.parametrize(
    "head", [b"2026-11-24T09:26:46Z ", b"level=x msg=", b"<1>1 - a b c d [", b"", b"goroutine 1 [", b"at "]
)
def test_no_line_takes_for_ever(head: bytes, unit: bytes, reduced: Run) -> None:
    before = time.process_time()
    reduced(b"2026-11-24T09:26:46Z panic: x\n" + head + unit * (65_000 // len(unit)) + b"\n")

    assert time.process_time() - before < 5  # some 0.05 s; a pattern that backtracks takes minutes


def test_reading_logs_needs_no_pandas() -> None:
    script = "import sys, pipeline.logs; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
