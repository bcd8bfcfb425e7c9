"""Zones, years, clock changes, wrong clocks and impossible times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

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


@pytest.mark.parametrize(("clock", "utc"), [("02:30:00", "00:30"), ("03:30:00", "02:30")])
def test_an_hour_that_comes_twice_is_read_as_the_first_and_told(clock: str, utc: str, reduced: Run) -> None:
    found = reduced(
        [f"2026-10-25 {clock} ERROR a"], zone="Europe/Berlin",
        window=window("2026-10-24T00:00:00+00:00", "2026-10-26T00:00:00+00:00"),
    )  # fmt: skip

    assert f"{first(found):%H:%M}" == utc
    assert ("ambiguous-time" in kinds(found)) == (clock == "02:30:00")


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
