"""What connectors share that read several lists of one server: nothing that fails takes more along than itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected
from pipeline.http import Http, HttpError, safe_url
from pipeline.paging import Items, listed

Made = TypeVar("Made")


def understood(make: Callable[[Any], Iterable[Made]], record: Any, where: str) -> Iterator[Made | Notice | Rejected]:
    """What `make` makes of a record; Rejected where the record lacks what it needs. A pager's Notice passes."""
    if isinstance(record, Notice):
        yield record
        return
    try:
        yield from list(make(record))
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        yield Rejected(where=where, why=f"cannot be understood: {type(problem).__name__}: {problem}"[:200])


def objects(where: str, *path: str) -> Items:
    """What takes the list of objects at `path` out of an answer; SourceError where it is none."""
    taken = listed(where, *path)

    def checked(answer: Any) -> list[Any]:
        found = taken(answer)
        if all(isinstance(one, dict) for one in found):
            return found
        raise SourceError(
            "the answer lists no objects.", where=safe_url(where), fix="Check that url is that of the API."
        )

    return checked


def each(streams: Iterable[tuple[str, Iterator[Made]]]) -> Iterator[Made | Notice]:
    """All that several (name, stream) give. One that the server refuses is a gap; HttpError where it refuses all.

    Wrong credentials (401), and a server that is not there, end it at once.
    """
    refused: list[tuple[str, HttpError]] = []
    whole = 0
    for name, stream in streams:
        try:
            yield from stream
            whole += 1
        except HttpError as problem:
            if problem.status == 401:
                raise
            refused.append((name, problem))
    if refused and not whole:
        raise refused[0][1]
    for name, why in refused:
        yield Notice(kind="refused", detail=f"{name} could not be read: {why}", gap=True)


def asked(name: str, ask: Callable[[], object], needed: str = "") -> Check:
    """Whether `ask` gets an answer; `needed` is the permission that it takes."""
    try:
        ask()
    except SourceError as problem:
        return Check(name, False, problem.what, f"{problem.fix} Needed: {needed}." if needed else problem.fix)
    return Check(name, True, "readable")


def clock(http: Http) -> Check:
    """Whether the clock of the server that was asked agrees with this machine's."""
    skew = [notice.detail for notice in http.notices if notice.kind == "clock-skew"]
    told = skew[0] if skew else "agrees with this machine's"
    return Check("clock", not skew, told, "Set both clocks by a time server (NTP)." if skew else "")


def undone(ran: Sequence[str], version: str) -> str:
    """What deploying `version` rolled back: the last of `ran` (oldest first) where `version` ran before it, else ""."""
    return ran[-1] if ran and ran[-1] != version and version in ran else ""
