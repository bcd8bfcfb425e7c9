"""Lines counted in blocks say what the same lines say one by one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.incident import Window
from pipeline.lines.masked import masked
from pipeline.logs import Reduced, lines, masking, spans

Run = Callable[..., Reduced]
START = datetime(2026, 11, 24, 9, 58, tzinfo=UTC)
WINDOW = Window(START + timedelta(minutes=1), START + timedelta(minutes=5))

NUMBERS = st.integers(0, 2000).map(str)
MESSAGES = st.one_of(
    st.builds("INFO served {0} in {0} ms".format, NUMBERS),
    st.builds('WARN said "a{0}" of x{0}y, -{0} B'.format, NUMBERS),
    st.builds("ERROR id 0bad-{0}-dead-beef/{0}".format, NUMBERS),
    st.builds("java.lang.Foo{0}Exception: no".format, st.sampled_from(["", "2"])),
    st.builds('10.0.0.1 - - [24/Nov/2026:09:26:46 +0000] "GET /a/{0} HTTP/1.1" {0} 12'.format,
              st.sampled_from(["200", "503"])),
    st.sampled_from([
        "Traceback (most recent call last):", '  File "a.py", line 3, in f', "MyProblem: why", "\tat a.b(C.java:1)",
        "Caused by: x", "goroutine 7 [running]:", "main.main()", "panic: no", "", "done()", "größer", "}",
        "level=error msg=x status=500", '{"level":30,"msg":"x"}', '{"msg":"x","status":503}', "\x01odd",
    ]),
)  # fmt: skip


def _at(step: float, shape: str) -> str:
    at = START + timedelta(seconds=step)
    return {
        "iso": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "nano": at.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z",
        "comma": at.strftime("%Y-%m-%d %H:%M:%S,%f")[:-3],
        "east": (at + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%d %H:%M:%S +0530"),
        "bracket": at.strftime("[%Y/%m/%d %H:%M:%S]"),
    }[shape]


def _line(shape: str, form: str, step: float, message: str, stream: str, flags: int) -> str:
    at = _at(step, shape)
    if form == "docker":
        end = "" if flags == 1 else "\n"
        return json.dumps({"log": message + end, "stream": stream, "time": at}, separators=(",", ":"))
    if form == "json":
        return json.dumps({"time": at, "level": "error" if flags else "info", "msg": message})
    if form == "cri":
        return f"{_at(step, 'nano')} {stream} {'P' if flags == 1 else 'F'} {message}"
    if form == "logfmt":
        return f"ts={at} level=info msg={json.dumps(message)}"
    return message if flags == 1 else f"{at} {message}"


@st.composite
def files(draw: st.DrawFn) -> str:
    shape = draw(st.sampled_from(["iso", "nano", "comma", "east", "bracket"]))
    form = draw(st.sampled_from(["text", "docker", "json", "cri", "logfmt"]))
    streams = st.sampled_from(draw(st.sampled_from([["stdout"], ["stdout", "stderr"]])))
    steps = draw(st.lists(st.floats(-5, 20), max_size=40))
    said, at = [], 0.0
    odd = st.sampled_from([0] * 8 + [1, 2])
    for step in steps:
        at += step
        said.append(_line(shape, form, at, draw(MESSAGES), draw(streams), draw(odd)))
    return "".join(line + draw(st.sampled_from(["\n"] * 9 + ["\r\n"])) for line in said)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files(), st.integers(40, 4000))
def test_blocks_say_what_lines_say(reduced: Run, content: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "FORMATS", ())
        expected = reduced(content, window=WINDOW, baseline=timedelta(minutes=1), show=99)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BULK", size)
        found = reduced(content, window=WINDOW, baseline=timedelta(minutes=1), show=99)

    assert found == replace(expected, summaries=found.summaries)
    assert sorted(map(repr, found.summaries)) == sorted(map(repr, expected.summaries))


@given(st.text(st.sampled_from('aZ_09f -.:\né/"'), max_size=80))
def test_a_block_is_masked_as_its_text_is(text: str) -> None:
    assert masking.masked(text.encode()).decode() == masked(text)


def test_most_lines_are_counted_in_blocks(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one: list[object] = []
    feed = spans.SpanReader.feed
    monkeypatch.setattr(spans.SpanReader, "feed", lambda self, found: feed(self, map(_kept(one_by_one), found)))
    found = reduced([f"{_at(number / 100, 'iso')} INFO served {number}" for number in range(20_000)], window=WINDOW)

    assert found.account.read == 20_000
    assert len(one_by_one) < 20


def _kept(into: list[object]) -> Callable[[object], object]:
    def keep(line: object) -> object:
        into.append(line)
        return line

    return keep
