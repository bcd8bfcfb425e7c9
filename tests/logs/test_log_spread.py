"""A service that tells one failure in many ways leaves room for the service that caused it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import reduce

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def write(name: str, **failures: str) -> LogSource:
    """A steady log of an hour; from minute 40 on each failure is told so many times a minute."""
    lines = [f"{(START + timedelta(minutes=minute)).isoformat()} INFO tick" for minute in range(60)]
    for minute in range(40, 60):
        at = (START + timedelta(minutes=minute)).isoformat()
        for what, times in failures.items():
            lines += [f"{at} ERROR {what}"] * int(times)
    Path(f"{name}.log").write_text("\n".join(sorted(lines)))
    return LogSource(paths=(f"{name}.log",), name=name, service=name)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def shown(*sources: LogSource, show: int = 20) -> list[tuple[str, str]]:
    found = reduce(sources, Window(START, START + timedelta(hours=1)), show=show).summaries
    return [(one.service, one.template.removeprefix("ERROR ")) for one in found if one.template]


def test_the_cause_stands_between_the_many_ways_in_which_a_caller_tells_of_it() -> None:
    caller = write("caller", request="10", trace="10", access="10", answer="10")
    assert shown(caller, write("cause", defect="8"))[:2] == [("caller", "access"), ("cause", "defect")]


def test_within_a_service_the_order_is_that_of_the_contrast() -> None:
    found = shown(write("alone", rare="1", often="9", sometimes="4"))
    assert found == [("alone", "often"), ("alone", "sometimes"), ("alone", "rare")]


def test_a_service_that_has_little_to_say_is_not_put_before_one_that_fails() -> None:
    found = shown(write("failing", one="20", two="18"), write("quiet", odd="1"), show=2)
    assert found == [("failing", "one"), ("failing", "two")]
