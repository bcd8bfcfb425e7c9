"""Zones, years, clock changes, wrong clocks and impossible times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.incident import Window
from pipeline.logs import Reduced

Run = Callable[..., Reduced]


def window(start: str, end: str) -> Window:
    return Window(datetime.fromisoformat(start).astimezone(UTC), datetime.fromisoformat(end).astimezone(UTC))


def first(found: Reduced) -> datetime:
    return min(summary.first for summary in found.summaries)


def kinds(found: Reduced) -> dict[str, str]:
    return {notice.kind: notice.detail for notice in found.notices}


def test_a_time_without_a_zone_is_read_as_utc_and_says_so(reduced: Run) -> None:
    found = reduced(["2026-11-24 09:26:46 ERROR a", "2026-11-24 09:26:47 ERROR b"])

    assert first(found) == datetime(2026, 11, 24, 9, 26, 46, tzinfo=UTC)
    (notice,) = [notice for notice in found.notices if notice.kind == "assumed-zone"]
    assert not notice.gap and notice.source == "web-logs"
    assert (
        "app.log" in notice.detail and "`zone:`" in notice.detail and "(2 records, first: app.log:1)" in notice.detail
    )


@pytest.mark.parametrize(("zone", "hour"), [("Europe/Berlin", 8), ("+09:00", 0), ("UTC", 9), ("America/New_York", 14)])
def test_a_stated_zone_is_used_without_a_notice(zone: str, hour: int, reduced: Run) -> None:
    found = reduced(["2026-11-24 09:26:46 ERROR a"], zone=zone)

    assert first(found) == datetime(2026, 11, 24, hour, 26, 46, tzinfo=UTC)
    assert "assumed-zone" not in kinds(found)


def test_a_zone_in_the_line_goes_before_the_stated_one(reduced: Run) -> None:
    found = reduced(["2026-11-24T09:26:46+00:00 ERROR a"], zone="Asia/Tokyo")

    assert first(found).hour == 9


def test_an_unknown_zone_is_told(reduced: Run) -> None:
    found = reduced(["2026-11-24 09:26:46 ERROR a"], zone="Mars/Olympus")

    assert "Mars/Olympus" in kinds(found)["unknown-zone"]
    assert first(found).hour == 9


AUTUMN = window("2026-10-24T00:00:00+00:00", "2026-10-26T00:00:00+00:00")
"""In Berlin, 02:00 to 03:00 comes twice on the 25th: first from 00:00 UTC, again from 01:00 UTC."""


def spans(found: Reduced) -> dict[str, tuple[str, str]]:
    """First and last time of each message."""
    return {one.template.split()[-1]: (f"{one.first:%H:%M}", f"{one.last:%H:%M}") for one in found.summaries}


def autumn(reduced: Run, *clocks: str, day: str = "2026-10-25", **fields: object) -> Reduced:
    lines = [f"{day} {clock}:00 ERROR {word}" for clock, word in (line.split() for line in clocks)]
    return reduced(lines, **{"zone": "Europe/Berlin", "window": AUTUMN, **fields})


def test_the_order_of_the_file_tells_which_of_the_two_hours_is_meant(reduced: Run) -> None:
    found = autumn(reduced, "01:50 before", "02:10 one", "02:50 one", "02:05 two", "02:55 two", "03:10 after")

    assert spans(found) == {
        "before": ("23:50", "23:50"), "one": ("00:10", "00:50"), "two": ("01:05", "01:55"), "after": ("02:10", "02:10"),
    }  # fmt: skip
    assert "ambiguous-time" not in kinds(found)


def test_slight_disorder_where_the_clock_is_set_back_does_not_move_a_record_by_an_hour(reduced: Run) -> None:
    lines = ["02:59:50 one", "02:00:01 two", "02:59:58 one", "02:00:05 two"]
    found = reduced(
        [f"2026-10-25 {clock} ERROR {word}" for clock, word in map(str.split, lines)],
        zone="Europe/Berlin", window=AUTUMN,
    )  # fmt: skip

    assert spans(found) == {"one": ("00:59", "00:59"), "two": ("01:00", "01:00")}
    assert "ambiguous-time" not in kinds(found)


def test_an_hour_that_nothing_settles_is_a_gap(reduced: Run) -> None:
    found = autumn(reduced, "01:50 before", "02:30 either", "02:40 either", "03:10 after")

    assert spans(found)["either"] == ("00:30", "00:40")
    (notice,) = [notice for notice in found.notices if notice.kind == "ambiguous-time"]
    assert notice.gap and "Europe/Berlin" in notice.detail and "(2 records, first: app.log:2)" in notice.detail


def test_a_time_behind_the_first_hour_settles_it_too(reduced: Run) -> None:
    found = reduced(
        ["2026-10-25T01:20:00Z ERROR zulu", "2026-10-25 02:25:00 ERROR two"], zone="Europe/Berlin", window=AUTUMN
    )

    assert spans(found)["two"] == ("01:25", "01:25") and "ambiguous-time" not in kinds(found)


def test_the_hour_is_settled_across_the_files_of_a_rotated_set(reduced: Run, tmp_path: Path) -> None:
    for name, lines in (("app.log.2", ("02:10 one", "02:50 one")), ("app.log.1", ("02:05 two", "02:40 two")),
                        ("app.log", ("02:45 two", "03:05 after"))):  # fmt: skip
        text = [f"2026-10-25 {clock}:00 ERROR {word}\n" for clock, word in map(str.split, lines)]
        (tmp_path / name).write_text("".join(text))
    found = reduced(None, zone="Europe/Berlin", window=AUTUMN, paths=("app.log*",))

    assert spans(found) == {"one": ("00:10", "00:50"), "two": ("01:05", "01:45"), "after": ("02:05", "02:05")}
    assert "ambiguous-time" not in kinds(found)


def test_a_window_inside_the_second_hour_is_found_in_a_long_file(reduced: Run) -> None:
    seconds = [datetime(2026, 10, 24, 20, tzinfo=UTC) + timedelta(seconds=second) for second in range(36_000)]
    berlin = ZoneInfo("Europe/Berlin")
    lines = [f"{at.astimezone(berlin):%Y-%m-%d %H:%M:%S} ERROR at {at:%H}h{'.' * 40}" for at in seconds]
    found = reduced(
        lines, zone="Europe/Berlin", window=window("2026-10-25T01:30:00+00:00", "2026-10-25T01:45:00+00:00"),
        disorder_s=1.0,
    )  # fmt: skip

    assert found.account.summarised == 15 * 60 and found.account.bytes_skipped > 0
    assert first(found) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert "ambiguous-time" not in kinds(found)


def test_an_hour_outside_the_window_either_way_is_not_told(reduced: Run) -> None:
    late = window("2026-10-25T02:00:00+00:00", "2026-10-25T03:00:00+00:00")
    found = autumn(reduced, "02:30 either", "03:10 after", window=late)

    assert (found.account.outside_window, found.account.summarised) == (1, 1)
    assert "ambiguous-time" not in kinds(found)


def test_a_time_that_the_clock_skipped_is_told(reduced: Run) -> None:
    spring = window("2026-03-29T00:00:00+00:00", "2026-03-30T00:00:00+00:00")
    found = autumn(reduced, "02:30 never", day="2026-03-29", window=spring)

    assert first(found) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    (notice,) = [notice for notice in found.notices if notice.kind == "skipped-time"]
    assert not notice.gap and "Europe/Berlin" in notice.detail


NEW_YEAR = window("2026-12-31T22:00:00+00:00", "2027-01-01T02:00:00+00:00")


def test_a_missing_year_is_the_one_nearest_to_the_window_also_around_new_year(reduced: Run) -> None:
    found = reduced(["Dec 31 23:30:00 a app: ERROR x", "Jan  1 00:30:00 a app: ERROR x"], window=NEW_YEAR, zone="UTC")

    (summary,) = found.summaries
    assert (summary.first.isoformat(), summary.last.isoformat()) == (
        "2026-12-31T23:30:00+00:00", "2027-01-01T00:30:00+00:00",
    )  # fmt: skip
    assert "2 records" in kinds(found)["assumed-year"]


def test_a_stated_year_is_used_without_a_notice(reduced: Run) -> None:
    found = reduced(["Dec 31 23:30:00 a app: ERROR x"], window=NEW_YEAR, zone="UTC", year=2024)

    assert found.account.outside_window == 1
    assert "assumed-year" not in kinds(found)


def test_february_29_is_read_in_a_leap_year(reduced: Run) -> None:
    leap = window("2028-03-01T00:00:00+00:00", "2028-03-02T00:00:00+00:00")
    found = reduced(["Feb 29 23:30:00 a app: ERROR x", "Mar  1 00:30:00 a app: ERROR x"], window=leap, zone="UTC")

    assert (found.account.outside_window, found.account.summarised) == (1, 1)


def test_a_clock_that_is_ahead_is_set_right_and_told(reduced: Run) -> None:
    found = reduced(["2026-11-24T09:26:46Z ERROR a"], clock_offset_s=90.0)

    assert first(found) == datetime(2026, 11, 24, 9, 25, 16, tzinfo=UTC)
    assert "+90 s" in kinds(found)["clock-offset"]


@pytest.mark.parametrize(
    "line",
    [
        "2026-02-30T10:00:00Z ERROR a", "2026-11-24T25:00:00Z ERROR a", "1124-11-24T10:00:00Z ERROR a",
        "Feb 30 10:00:00 host app: ERROR a", '{"ts":1e300,"msg":"a"}', '{"ts":"yesterday","msg":"a"}',
        '{"ts":NaN,"msg":"a"}', '{"ts":1' + "0" * 400 + ',"msg":"a"}', '{"ts":"11/12/2026 10:00:00","msg":"a"}',
        '{"ts":"order 12 failed","msg":"a"}', '{"ts":true,"msg":"a"}', "[99/Nov/2026:10:00:00 +0000] a",
    ],
)  # fmt: skip
def test_an_impossible_time_is_rejected_with_an_example(line: str, reduced: Run) -> None:
    found = reduced([line])

    assert (found.account.read, found.account.rejected) == (1, 1)
    (notice,) = [notice for notice in found.notices if notice.kind == "rejected"]
    assert notice.gap and "app.log:1" in notice.detail


@pytest.mark.parametrize(
    ("time_format", "line"),
    [
        ("%d.%m.%Y %H:%M:%S", "24.11.2026 09:26:46 ERROR a"),
        ("%m/%d/%y %I:%M:%S %p", "worker 11/24/26 09:26:46 AM ERROR a"),
        ("%d.%m. %H:%M:%S,%f", "24.11. 09:26:46,000 ERROR a"),
        ("%Y%m%d-%H%M%S%z", '{"time":"20261124-102646+0100","msg":"a"}'),
    ],
)
def test_a_stated_time_format_is_read(time_format: str, line: str, reduced: Run) -> None:
    found = reduced(
        [line, "2026-11-24T09:27:00Z ERROR another format still counts"], time_format=time_format, zone="UTC"
    )

    assert found.account.parsed == 2
    assert first(found) == datetime(2026, 11, 24, 9, 26, 46, tzinfo=UTC)


def test_a_time_format_with_an_unknown_directive_is_told(reduced: Run) -> None:
    found = reduced(["2026-11-24T09:26:46Z ERROR a"], time_format="%Y-%q")

    assert "%q" in kinds(found)["unknown-format"]
    assert found.account.parsed == 1


def test_a_rare_spelling_is_left_to_dateutil_but_never_fuzzily(reduced: Run) -> None:
    lines = [f"24th November 2026 09:26:4{number} ERROR a" for number in range(5)]
    found = reduced([*lines, "order 12 failed in 2026 at 10:00"], zone="UTC")

    assert first(found) == datetime(2026, 11, 24, 9, 26, 40, tzinfo=UTC)
    assert found.account.parsed == 6
    assert "1 record" in kinds(found)["untimed"]


def test_records_of_two_lines_with_the_time_in_the_first(reduced: Run) -> None:
    found = reduced(["Nov 24, 2026 9:26:46 AM org.acme.Main run", "SEVERE: no route"] * 5, zone="UTC")

    assert (found.account.rejected, found.summaries[0].level) == (0, "error")
    assert first(found) == datetime(2026, 11, 24, 9, 26, 46, tzinfo=UTC)


def test_records_outside_the_window_are_counted_and_an_empty_window_says_what_is_covered(reduced: Run) -> None:
    found = reduced(["2026-11-23T23:59:59Z ERROR a", "2026-11-25T00:00:00Z ERROR a"])

    assert (found.account.outside_window, found.account.summarised) == (2, 0)
    assert "from 2026-11-23T23:59:59Z to 2026-11-25T00:00:00Z" in kinds(found)["empty"]


def test_the_window_begins_with_its_start_and_ends_before_its_end(reduced: Run) -> None:
    found = reduced(["2026-11-24T00:00:00Z a", "2026-11-24T23:59:59.999999Z a", "2026-11-25T00:00:00Z a"])

    assert (found.account.summarised, found.account.outside_window) == (2, 1)
    assert first(found) + timedelta(days=1) > datetime(2026, 11, 25, tzinfo=UTC) - timedelta(microseconds=1)
