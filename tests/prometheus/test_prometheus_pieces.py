"""A long span in pieces: nothing is asked for twice, and nothing is lost without being told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.prometheus.pieces import Refused, in_pieces
from pipeline.http import HttpError


def refusal(message: str, status: int = 422) -> HttpError:
    return HttpError(status, message, message, where="", fix="")


def length(piece: Any) -> tuple[int, int]:
    return (piece.low, piece.high) if isinstance(piece, Refused) else (piece[0]["low"], piece[0]["high"])


@given(
    size=st.integers(0, 500), most=st.integers(1, 200), least=st.integers(1, 50), limit=st.integers(1, 300),
    broken=st.sets(st.integers(0, 500), max_size=3),
)  # fmt: skip
def test_the_pieces_cover_the_span_once(size: int, most: int, least: int, limit: int, broken: set[int]) -> None:
    """With a server that refuses long pieces, and any piece that holds a `broken` place."""

    def ask(low: int, high: int) -> list[dict[str, Any]]:
        if high - low > limit or broken & set(range(low, high)):
            raise refusal("query would load too many samples")
        return [{"low": low, "high": high}]

    pieces = sorted(length(piece) for piece in in_pieces(ask, 0, size, most, least))
    assert [place for low, high in pieces for place in range(low, high)] == list(range(size))
    lost = [piece for piece in in_pieces(ask, 0, size, most, least) if isinstance(piece, Refused)]
    assert broken & set(range(size)) <= {place for one in lost for place in range(one.low, one.high)}
    if limit >= least and not broken:
        assert not lost


@pytest.mark.parametrize(
    ("problem", "asked"),
    [
        (refusal("exceeded maximum resolution of 11,000 points per timeseries", 400), 3),
        (refusal("query timed out in expression evaluation", 503), 3),
        (refusal("", 504), 3),
        (refusal("too many outstanding requests", 403), 1),
        (refusal("parse error: unexpected end of input", 400), 1),
        (refusal("overloaded", 503), 1),
    ],
)
def test_only_what_is_too_large_is_asked_in_halves(problem: HttpError, asked: int) -> None:
    spans = []

    def ask(low: int, high: int) -> list[dict[str, Any]]:
        spans.append((low, high))
        if (low, high) == (0, 100):
            raise problem
        return []

    if asked == 1:
        with pytest.raises(HttpError):
            list(in_pieces(ask, 0, 100, 100, 10))
    else:
        list(in_pieces(ask, 0, 100, 100, 10))
    assert spans == [(0, 100), (0, 50), (50, 100)][:asked]
