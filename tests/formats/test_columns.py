"""The widths of a table's columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formats.columns import shares


@given(st.lists(st.lists(st.text(max_size=80), min_size=3, max_size=3), min_size=1, max_size=8))
def test_columns_fill_the_width_and_none_vanishes(rows):
    widths = shares(rows, 17.0, 0.18, 0.4)
    assert sum(widths) == pytest.approx(17.0)
    assert min(widths) > 0.3


def test_a_column_has_room_for_its_longest_word_before_any_has_more():
    when, what = shares([["09:41:00", "word " * 40]], 10.0, 0.2, 0.4)
    assert when == pytest.approx(8 * 0.2 + 0.4, abs=0.3)
    assert what > 7


def test_an_empty_column_is_narrow():
    empty, full = shares([["", "one two three four five six seven"]], 10.0, 0.2, 0.4)
    assert empty < 1 < full


def test_a_row_with_fewer_cells_is_allowed():
    assert len(shares([["a", "b"], ["c"]], 10.0, 0.2, 0.4)) == 2
