"""`befell doctor` on files: times that state no zone are told before a draft takes them for UTC."""

from pathlib import Path
from typing import Any

import pytest

from connectors.files import FilesConnector
from connectors.files.checks import zoneless
from pipeline.connector import Check


def checks(base: Path, **settings: Any) -> dict[str, Check]:
    given = {"use": "files", "name": "here", **settings}
    made = FilesConnector(FilesConnector.Settings.model_validate(given, context={"base": base}), None)  # type: ignore[arg-type]
    return {one.name: one for one in made.check()}


def test_a_log_an_event_and_a_metric_without_zone_are_told(tmp_path: Path) -> None:
    (tmp_path / "sys.log").write_text("Nov 24 09:30:00 web-1 app: it failed\n")
    (tmp_path / "e.csv").write_text("time,kind,title\n2026-11-24 09:30,deploy,Cart\n")
    (tmp_path / "m.csv").write_text("time,value\n2026-11-24 09:30:00,1\n")
    logs, events, series = [{"path": "sys.log"}], [{"path": "e.csv"}], [{"path": "m.csv"}]
    found = checks(tmp_path, logs=logs, events=events, series=series)
    told = {name: one for name, one in found.items() if not one.ok}
    assert set(told) == {f"time zone of {name}" for name in ("sys.log", "e.csv", "m.csv")}
    assert told["time zone of sys.log"].detail == "'Nov 24 09:30:00' states no zone, and is taken for UTC."
    assert all("Set zone of this file" in one.fix for one in told.values())
    stated = [[{**files[0], "zone": "Asia/Tokyo"}] for files in (logs, events, series)]
    assert all(one.ok for one in checks(tmp_path, logs=stated[0], events=stated[1], series=stated[2]).values())


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("2026-11-24T09:26:46.123Z ERROR x", ""), ("2026-11-24 09:26:46,123 +0200 ERROR x", ""),
        ("2026-11-24T09:26:46+09:00 x", ""), ("Tue Nov 24 09:26:46 UTC 2026 x", ""), ("no time at all", ""),
        ('{"time": "2026-11-24T09:26:46Z", "log": "since 2026-11-24 08:00:00"}', ""),
        ('{"ts": 1795512406}', ""), ("", ""), ('1.2.3.4 - - [24/Nov/2026:09:26:46 +0000] "GET / HTTP/1.1" 200', ""),
        ("2026-11-24 09:26:46,123 ERROR x", "2026-11-24 09:26:46,123"), ("E1124 09:26:46.123456 1 x", "E1124 09:26:46"),
        ("2026/11/24 09:26:46 [error] x", "2026/11/24 09:26:46"), ("<131>Nov  4 09:26:46 web x", "Nov  4 09:26:46"),
    ],
)  # fmt: skip
def test_whether_a_line_states_a_zone(line: str, bare: str) -> None:
    assert zoneless(line) == bare
