"""When the errors of a template came and went."""

from evidence import at, errors, snapshot

from pipeline.timeline.bursts import burst

WINDOW = snapshot().window
STORM = [f"09:{minute}:{second:02d}" for minute in range(30, 40) for second in range(7, 60, 5)]


def test_new_errors_are_found_to_the_record():
    found = burst(errors(STORM), WINDOW)
    assert (found.start, found.end) == (at("09:30:07"), at("09:39:57"))
    assert found.start_exact and found.end_exact and found.count == len(STORM)


def test_a_stray_error_before_gives_the_minute_only():
    found = burst(errors(["09:02:11", *STORM]), WINDOW)
    assert (found.start, found.start_exact) == (at("09:30"), False)


def test_an_even_pace_is_no_burst():
    assert burst(errors([f"{hour:02d}:{minute:02d}:05" for hour in (9, 10) for minute in range(60)]), WINDOW) is None


def test_a_second_burst_counts_to_the_end():
    found = burst(errors([*STORM, *(f"10:05:{second:02d}" for second in range(0, 60, 2))]), WINDOW)
    assert (found.start, found.end) == (at("09:30:07"), at("10:05:58"))


def test_two_records_are_no_burst():
    assert burst(errors(["09:30:01", "09:30:02"]), WINDOW) is None
