"""Whole tokens that hold a digit become one sign."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.lines.masked import masked, masked_start


def test_a_token_with_a_digit_is_masked_whole() -> None:
    assert masked("took 12ms, user_17 at 10.0.0.7: größe9 of a-b") == "took 0, 0 at 0.0.0.0: größ0 of a-b"


@given(st.text(st.sampled_from("aZ_09 ."), max_size=200), st.integers(1, 30))
def test_the_start_of_a_masked_text_is_that_of_all_of_it(text: str, length: int) -> None:
    start, whole = masked_start(text, length), masked(text)
    assert whole.startswith(start)
    assert len(start) >= min(length, len(whole))
