"""Whoever watches is told how much of the logs is read, how fast, and how long the rest will take."""

from pathlib import Path

import pytest
from support.log_parts import HOUR, written

from pipeline.event import LogSource
from pipeline.logs import Meter, parts, reduce


@pytest.mark.parametrize("part", [20_000, 1 << 20])
def test_all_of_what_was_expected_is_read(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", part)
    path, meter = written(tmp_path, "text"), Meter()
    reduce([LogSource(paths=(path,), name="web", service="web")], HOUR, meter=meter)
    assert 0 < meter.read == meter.expected <= Path(path).stat().st_size


def test_rate_and_rest_are_told() -> None:
    now = [0.0]
    meter = Meter(lambda: now[0])
    assert meter.told() == "logs"
    meter.expected = 1_200_000_000
    assert meter.told() == "logs: 0 % of 1,200 MB"
    meter.read, now[0] = 300_000_000, 3.0
    assert meter.told() == "logs: 25 % of 1,200 MB, 100 MB/s, 9 s left"
