"""Series and log sources from files, and what doctor says about all of them."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from reading_files import ALERT, AT, WINDOW, connector, lines

from pipeline.errors import SourceError
from pipeline.event import LogSource, Notice, Series

CSV = "time,value\n2026-11-24T09:26:46Z,1\n2026-11-24T09:27:46Z,2.5\n2026-11-24T09:25:46Z,nan\n2026-11-25T00:00:00Z,9\n"


def series(base, **fields):
    found = list(connector(base, series=[{"path": "errors.*", **fields}]).series(WINDOW))
    (one,) = (part for part in found if isinstance(part, Series))
    return one, [part for part in found if isinstance(part, Notice)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("errors.csv", CSV),
        ("errors.csv", CSV.partition("\n")[2]),
        (
            "errors.csv",
            "host,Value,Time\n" + "".join(f"h,{b},{a}\n" for a, b in (r.split(",") for r in CSV.split()[1:])),
        ),
        ("errors.jsonl", lines({"time": "2026-11-24T09:27:46Z", "value": 2.5}, {"time": 1795512406, "value": "1"})),
    ],
)
def test_points_are_read_ordered_and_within_the_window(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    one, notices = series(tmp_path, name="errors", unit="1/s", service="web", bad="down", objective=0.5)
    assert one.points == ((AT, 1.0), (AT + timedelta(minutes=1), 2.5))
    assert (one.step_s, one.unit, one.service, one.bad, one.objective) == (60.0, "1/s", "web", "down", 0.5)
    assert one.name == "errors" and one.query == "errors.*" and not notices


def test_lines_that_are_no_point_are_a_gap(tmp_path):
    (tmp_path / "errors.csv").write_text(CSV + "2026-11-24T09:28:46Z,many\nsoon,1\n3\n2026-11-24T09:29:46Z,inf\n")
    one, (notice,) = series(tmp_path)
    assert len(one.points) == 2 and one.name == "errors"
    assert notice.gap and "4 lines are no point; first: errors.csv:6: value: 'many' is no number" in notice.detail


def test_no_point_within_the_window_is_a_gap(tmp_path):
    (tmp_path / "errors.csv").write_text("time,value\n2026-11-25T00:00:00Z,9\n")
    assert [notice.kind for notice in series(tmp_path)[1]] == ["no-data"]


def test_zone_and_clock_of_a_series_are_corrected(tmp_path):
    (tmp_path / "errors.csv").write_text("2026-11-24T10:27:46,1\n")
    one, notices = series(tmp_path, zone="+01:00", clock_offset="1m")
    assert one.points == ((AT, 1.0),) and [notice.kind for notice in notices] == ["clock-offset"]


def test_logs_are_named_and_never_read(tmp_path):
    for name in ("a.log", "b.log.1"):
        (tmp_path / name).write_bytes(b"\xff not read")
    logs = [
        {"path": "*.log*", "service": "web", "format": "json", "year": 2026, "clock_offset": "-2s", "disorder": "5m"}
    ]
    (found,) = connector(tmp_path, logs=logs).logs(WINDOW)
    assert found == LogSource(
        paths=(str(tmp_path / "a.log"), str(tmp_path / "b.log.1")), name="events", service="web", format="json",
        year=2026, clock_offset_s=-2.0, disorder_s=300.0,
    )  # fmt: skip


def test_a_log_that_is_not_there_is_a_gap_and_none_at_all_an_error(tmp_path):
    (tmp_path / "a.log").touch()
    found = list(connector(tmp_path, logs=[{"path": "gone.log"}, {"path": "a.log"}]).logs(WINDOW))
    assert [type(one) for one in found] == [LogSource, Notice] and found[1].gap
    with pytest.raises(SourceError, match=r"gone\.log"):
        list(connector(tmp_path, logs=[{"path": "gone.log"}]).logs(WINDOW))


def test_check_says_what_each_file_gives(tmp_path):
    (tmp_path / "events.jsonl").write_text(lines(ALERT, {**ALERT, "kind": "aelrt"}))
    (tmp_path / "bad.jsonl").write_text(lines({}))
    (tmp_path / "incidents.json").write_text('[{"id": "1", "severity": "purple"}]')
    (tmp_path / "web.log").write_text("a line\n")
    (tmp_path / "errors.csv").write_text(CSV)
    source = connector(
        tmp_path, events=["events.jsonl", "bad.jsonl", "gone.jsonl"], incidents="incidents.json",
        logs=[{"path": "web.log"}], series=[{"path": "errors.csv"}],
    )  # fmt: skip
    checks = {check.name: check for check in source.check()}
    assert [name for name, check in checks.items() if not check.ok] == ["bad.jsonl", "gone.jsonl"]
    assert all(check.fix for check in checks.values() if not check.ok)
    assert checks["events.jsonl"].detail.startswith("1 events, 1 rejected; first rejected: events.jsonl:2: kind:")
    assert "time: missing" in checks["bad.jsonl"].detail
    assert checks["incidents.json"].detail == "1 incidents; map these severities in `severities`: purple"
    assert "a line" in checks["web.log"].detail and checks["errors.csv"].detail == "3 points"


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"events": {"path": "a", "zone": "Mars"}}, "no such time zone"),
        ({"clock_offset": "10"}, "is no duration"),
        ({"clock_offset": 10}, "is no duration"),
        ({"kinds": {"x": "y"}}, "kinds.x"),
        ({"severities": {"x": "P1"}}, "severities.x"),
        ({"events": [{"path": ""}]}, "path"),
        ({"logs": [{"path": "a", "paht": "b"}]}, "paht"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path, settings, where):
    with pytest.raises(ValidationError, match=where):
        connector(tmp_path, **settings)
