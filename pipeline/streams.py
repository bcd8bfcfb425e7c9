"""What connectors share that read several lists of one server: nothing that fails takes more along than itself."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected
from pipeline.http import HttpError, safe_url
from pipeline.incident import Incident
from pipeline.paging import Items, listed

Made = TypeVar("Made")


def understood(make: Callable[[Any], Iterable[Made]], record: Any, where: str) -> Iterator[Made | Notice | Rejected]:
    """What `make` makes of a record; Rejected where the record lacks what it needs. A pager's Notice passes."""
    if isinstance(record, Notice):
        yield record
        return
    try:
        yield from list(make(record))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
        yield Rejected(where=where, why=f"cannot be understood: {type(problem).__name__}: {problem}"[:200])


def incidents(make: Callable[[Any], Iterable[Incident]], records: Iterable[Any], where: str) -> Iterator[Incident]:
    """The incidents that `make` makes of the records; SourceError at the end where one cannot be understood."""
    broken = ""
    for raw in records:
        for one in understood(make, raw, where):
            if isinstance(one, Incident):
                yield one
            elif isinstance(one, Rejected):
                broken = broken or one.why
    if broken:
        raise SourceError(f"an incident {broken}.", where=where, fix="Check that url is that of the API.")


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


@contextlib.contextmanager
def mended_by(fixes: Mapping[int, str]) -> Iterator[None]:
    """A refusal inside says how to mend it in the vendor's terms, by status; a used-up rate limit says so itself."""
    try:
        yield
    except HttpError as problem:
        fix = problem.fix if "rate limit" in problem.fix else fixes.get(problem.status, problem.fix)
        raise HttpError(problem.status, problem.message, problem.what, where=problem.where, fix=fix) from None


def undone(ran: Sequence[str], version: str) -> str:
    """What deploying `version` rolled back: the last of `ran` (oldest first) where `version` ran before it, else ""."""
    return ran[-1] if ran and ran[-1] != version and version in ran else ""
