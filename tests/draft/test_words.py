"""Times, spans and values as a reader wants them."""

import pytest
from support.timelines import at

from pipeline.draft.words import clock, many, measured, number, offset, relation, span


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (130, "2 min 10 s"),
        (600, "10 min"),
        (3840, "1 h 4 min"),
        (183600, "2 d 3 h"),
        (-90, "−1 min 30 s"),
    ],
)
def test_spans_have_two_units(seconds, text):
    assert span(seconds) == text


def test_offsets_have_a_sign():
    assert offset(130) == "+2 min 10 s"
    assert offset(-130) == "−2 min 10 s"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "ratio", "12.3 %"),
        (1.0, "ratio", "100 %"),
        (37.5, "percent", "37.5 %"),
        (0.25, "seconds", "250 ms"),
        (1.5, "s", "1.5 s"),
        (2500, "ms", "2.5 s"),
        (0, "seconds", "0 s"),
        (48210, "", "48,210"),
        (1234.5, "requests/s", "1,234 requests/s"),
        (3 * 2**30, "bytes", "3 GiB"),
        (-4, "", "−4"),
        (0.00001, "", "1e-05"),
    ],
)
def test_values_have_their_unit(value, unit, text):
    assert measured(value, unit) == text


def test_a_source_without_seconds_shows_minutes():
    assert clock(at("09:41:00"), precision_s=60) == "09:41"
    assert clock(at("09:41:07"), date=True) == "2026-11-24 09:41:07"


def test_a_relation_says_before_and_after():
    assert relation(130, "detection") == "2 min 10 s after detection"
    assert relation(-60, "impact start") == "1 min before impact start"
    assert relation(0, "detection") == "at detection"


def test_counts_agree_with_their_word():
    assert (many(1, "firing"), many(1204, "firing")) == ("1 firing", "1,204 firings")
    assert number(99.96) == "100"
