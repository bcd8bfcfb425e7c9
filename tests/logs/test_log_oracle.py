"""The fast count against a slow one: in blocks and parts, however cut and joined, a file says what its lines say."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.event import LogSource, LogSummary
from pipeline.incident import Window
from pipeline.logs import Reduced, bulk, lines, parts, reader, records, reduce, spans
from pipeline.logs.count import Counts
from pipeline.logs.notes import Notes
from pipeline.logs.parts import Part, Task, read_part

Mapped = Callable[[Sequence[Task]], Iterator[Part]]
START = datetime(2026, 11, 24, 9, 58, tzinfo=UTC)
WINDOW = Window(START + timedelta(minutes=1), START + timedelta(minutes=5))
SOURCE = LogSource(paths=("app.log",), name="web-logs", service="web")
KEEP = 300  # instead of 64 kB

USUAL = st.builds(b"INFO served %d in %d ms".__mod__, st.tuples(st.integers(0, 99), st.integers(0, 9)))
SAID = st.sampled_from([
    b"INFO stopped", b'WARN said "a7" of x9y, -3 B', b"ERROR id 0bad-7-dead-beef/9", b"ERROR id 0bad-8-dead-beef/1",
    "größer".encode(), b"caf\xe9 7", b"\xff\xfe", b"\x01odd", b"a\0b", b"", b"  ",
    b"Traceback (most recent call last):", b'  File "a.py", line 3, in f', b"MyProblem: why", b"Caused by: x",
    b"java.io.IOException: no", b"\tat a.b(C.java:1)", b"goroutine 7 [running]:", b"main.main()", b"panic: no", b"}",
    b"level=error msg=x status=500", b'{"level":30,"msg":"x"}', b'{"msg":"x","status":503}',
    b"x" * (KEEP - 30), b"y" * (KEEP + 1), b"z" * 3 * KEEP, b"ERROR " + b"7z " * (KEEP // 3), "ö".encode() * KEEP,
])  # fmt: skip
HEADS = ("plain", "cri", "docker", "logfmt")
ENDS = st.sampled_from([b"\n"] * 30 + [b"\r\n", b"\n\n", b"\0\0\n", b"\r\r\n"])
SIZES = st.sampled_from([16, 200, 1_000, 4_000])
TOGETHER = st.sampled_from([200, 2_000, 20_000])


def _line(head: str, at: datetime, said: bytes, stream: bytes, odd: int) -> bytes:
    if odd == 1:
        return said
    when = at.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
    if odd == 2:
        when = b"2026-11-24T25:61:00Z"
    if head == "cri":
        return b"%s %s %s %s" % (when, stream, b"P" if odd == 3 else b"F", said)
    if head == "docker":
        text = said.replace(b"\\", b"").replace(b'"', b'\\"').replace(b"\t", b"\\t")
        return b'{"log":"%s%s","stream":"%s","time":"%s"}' % (text, b"" if odd == 3 else b"\\n", stream, when)
    return b"ts=%s level=info msg=%s" % (when, said) if head == "logfmt" else b"%s %s" % (when, said)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    head = draw(st.sampled_from(HEADS))
    streams = st.sampled_from([b"stdout", b"stderr"][: draw(st.integers(1, 2))])
    rare = draw(st.sampled_from([4, 15, 40]))  # one line in so many is no usual one
    steps = st.floats(-5, 20) if draw(st.booleans()) else st.floats(0, 5)
    written, at = [draw(st.sampled_from([b""] * 4 + [b"\xef\xbb\xbf", b"\0" * 40]))], START
    for _ in range(draw(st.integers(0, 60))):
        at += timedelta(seconds=draw(steps))
        usual = draw(st.integers(1, rare)) < rare
        said = draw(USUAL if usual else SAID)
        odd = 0 if usual else draw(st.sampled_from([0, 0, 1, 1, 2, 3]))
        written += [_line(head, at, said, draw(streams), odd), draw(ENDS)]
    return b"".join(written[:-1] if draw(st.booleans()) else written)


def counted(mapped: Mapped) -> Reduced:
    return reduce([SOURCE], WINDOW, baseline=timedelta(minutes=1), show=99, mapped=mapped)


def task() -> Task:
    """All of the file, of which times may go back by ten seconds."""
    first = tuple(Path("app.log").read_bytes().decode(errors="replace").splitlines()[:100])
    return Task(SOURCE, WINDOW, lines.whole("app.log"), first, timedelta(seconds=10), None)


def line_by_line() -> tuple[Reduced, Part]:
    with pytest.MonkeyPatch.context() as patch:
        for where in (spans, reader):
            patch.setattr(where, "FORMATS", ())  # of none of them are lines counted in blocks
        return counted(lambda tasks: map(read_part, tasks)), read_part(task())


def told(part: Part) -> tuple[object, ...]:
    tally = part.tally
    numbers = tally.parsed, tally.rejected, tally.why, tally.faults, tally.previous, part.assumed
    return part.ordered, part.first, part.last, texts(list(part.counts.summaries())), tally.seen, numbers


def texts(summaries: Sequence[LogSummary]) -> list[str]:
    return sorted(map(repr, summaries))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files(), SIZES, TOGETHER, SIZES, st.randoms(use_true_random=False))
def test_blocks_and_parts_say_what_lines_say(
    tmp_path: Path, content: bytes, block: int, together: int, part: int, chance: "object"
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        Path("app.log").write_bytes(content)
        for where in (lines, bulk, records, parts):
            patch.setattr(where, "KEEP", KEEP)
        expected, one_by_one = line_by_line()
        for name, size in (("BLOCK", block), ("BULK", together)):
            patch.setattr(lines, name, size)
        in_blocks = read_part(task())
        patch.setattr(parts, "PART", part)
        read: list[list[Part]] = []

        def in_any_order(tasks: Sequence[Task]) -> Iterator[Part]:
            order = list(range(len(tasks)))
            chance.shuffle(order)  # type: ignore[attr-defined]
            done = {number: read_part(tasks[number]) for number in order}
            read.append([copy.deepcopy(done[number]) for number in range(len(tasks))])
            return (done[number] for number in range(len(tasks)))

        found = counted(in_any_order)

    account = found.account
    assert account.read == account.parsed + account.rejected
    assert account.parsed == account.outside_window + account.summarised
    assert found == replace(expected, summaries=found.summaries)
    assert texts(found.summaries) == texts(expected.summaries)
    assert told(one_by_one) == told(in_blocks)
    for of_file in read:
        assert _joined(of_file, list(range(len(of_file)))) == _joined(of_file, _shuffled(len(of_file), chance))


def _shuffled(count: int, chance: "object") -> list[int]:
    order = list(range(count))
    chance.shuffle(order)  # type: ignore[attr-defined]
    return order


def _joined(of_file: list[Part], order: list[int]) -> list[str]:
    """What the parts come to when they are combined in this order; how many lines come before each stays what it is."""
    counts = Counts(WINDOW)
    for number in order:
        before = sum(part.lines for part in of_file[:number])
        counts.join(copy.deepcopy(of_file[number].counts), SOURCE, before, Notes(""))
    return [*texts(list(counts.summaries())), repr(counts.account)]
