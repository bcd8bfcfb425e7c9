"""Asking for a long span in pieces that the server accepts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from connectors.prometheus.api import Result
from pipeline.http import HttpError

# Words of Prometheus, Thanos, Mimir and VictoriaMetrics for a query that is too large, or took too long.
_TOO_MUCH = ("too many", "exceed", "cannot select more than", "not enough memory", "too large", "timed out", "time-out")
NO_ENTRY = (401, 403, 404)


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be had, however small it was asked for: `[low, high)`."""

    low: int
    high: int
    problem: HttpError


def in_pieces(
    ask: Callable[[int, int], Result], low: int, high: int, most: int, least: int
) -> Iterator[Result | Refused]:
    """What `ask` gives for `[low, high)`, in order, at most `most` at once.

    A piece that is refused for its size is asked for in halves, down to `least`; then it is Refused, neighbours
    together. HttpError where the server refused it for another reason.
    """
    spans = [(at, min(at + most, high)) for at in range(low, high, most)][::-1]
    lost: Refused | None = None
    while spans:
        start, stop = spans.pop()
        try:
            yield ask(start, stop)
        except HttpError as problem:
            if problem.status in NO_ENTRY or not _too_much(problem):
                raise
            if stop - start > least:
                middle = (start + stop) // 2
                spans += [(middle, stop), (start, middle)]
            elif lost and lost.high == start:
                lost = Refused(lost.low, stop, problem)
            else:
                if lost:
                    yield lost
                lost = Refused(start, stop, problem)
    if lost:
        yield lost


def _too_much(problem: HttpError) -> bool:
    return problem.status == 504 or any(word in problem.message.lower() for word in _TOO_MUCH)
