"""Paging: all of a list that a source gives in pieces, or a gap that says what is missing.

Every pager is a generator of records and Notices, and holds one page (by time: one window's records, at most the cap).

    for one in by_cursor(ask, items=listed(url, "data"), cursor_of=value("meta", "page", "after")):
        yield one if isinstance(one, Notice) else event(one)
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http, safe_url
from pipeline.incident import Window
from pipeline.times import rfc3339

SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Items = Callable[[Any], list[Any]]
Key = Callable[[Any], Hashable]


def listed(where: str, *path: str) -> Items:
    """What takes the list at `path` out of an answer; SourceError where there is none."""

    def taken(answer: Any) -> list[Any]:
        found = value(*path)(answer)
        if isinstance(found, list):
            return found
        raise SourceError(
            f"the answer has no list{' `' + '.'.join(path) + '`' if path else ''}.",
            where=safe_url(where),
            fix="Check that url is the API of the product and version that this connector is for.",
        )

    return taken


def value(*path: str) -> Callable[[Any], Any]:
    """What takes the value at `path` out of an answer or a record; None where there is none."""

    def taken(answer: Any) -> Any:
        for step in path:
            answer = answer.get(step) if isinstance(answer, dict) else None
        return answer

    return taken


ID = value("id")


def by_link(
    http: Http, session: requests.Session, url: str, params: Mapping[str, Any] | None = None, *,
    items: Items | None = None, stop: Callable[[Mapping[str, str]], bool] = lambda _: False,
) -> Iterator[Any]:  # fmt: skip
    """Follow `Link: <…>; rel="next"` (RFC 8288) until there is none, or `stop` says so of its parameters.

    The link is followed on the host that `url` names, so that credentials go nowhere else.
    """
    items, again, where = items or listed(url), _Again(), url
    while True:
        response = session.get(where, params=params)
        found = items(http.json(response))
        link = response.links.get("next")
        following = _on_host(url, link["url"]) if link and not stop(link) else None
        if again.page(found):
            yield _repeated(url)
            return
        yield from found
        if following is None:
            return
        if again.cursor(following):
            yield _repeated(url)
            return
        where, params = following, None


def by_cursor(
    ask: Callable[[Any], Any], *, items: Items, cursor_of: Callable[[Any], Any], where: str = ""
) -> Iterator[Any]:
    """`ask(None)`, then `ask(cursor)` with what `cursor_of` takes out of the answer before, until that is empty.

    A page may be empty and have more behind it. A cursor or a page that comes again ends in a gap.
    """
    cursor, again = None, _Again()
    while True:
        answer = ask(cursor)
        found, cursor = items(answer), cursor_of(answer) or None
        if again.page(found):
            yield _repeated(where)
            return
        yield from found
        if cursor is None:
            return
        if again.cursor(cursor):
            yield _repeated(where)
            return


def by_offset(
    ask: Callable[[Window, int], Any], window: Window, *, items: Items, size: int, cap: int | None = None,
    more: Callable[[Any], Any] | None = None, key: Key = ID, least: timedelta = SECOND, where: str = "",
) -> Iterator[Any]:  # fmt: skip
    """`ask(window, offset)`, until a page is empty or `more` of it is false.

    Where `offset + size` would pass the vendor's `cap`, the window is asked for in halves, down to `least`; records
    with the same `key` then come once.
    """

    def pages(part: Window) -> Iterator[Any]:
        offset, again = 0, _Again()
        while cap is None or offset + size <= cap:
            answer = ask(part, offset)
            found = items(answer)
            if again.page(found):
                yield _repeated(where)
                return
            yield from found
            offset += len(found)
            if not found or (more and not more(answer)):
                return
        yield _CUT

    return pages(window) if cap is None else _halved(pages, window, key, least)


def by_bisection(
    ask: Callable[[Window], list[Any]], window: Window, limit: int, *, key: Key, least: timedelta = INSTANT
) -> Iterator[Any]:
    """For a source that silently stops at `limit` records: halves of the window until each answer is below it.

    `least`: the finest step of the source's clock. One step alone that fills the limit is a gap, and so is a source
    that does not keep to the span. Records with the same `key` come once.
    """

    def whole(part: Window) -> Iterator[Any]:
        found = ask(part)
        yield from found
        if len(found) >= limit:
            yield _CUT

    return _halved(whole, window, key, least)


_CUT = object()  # the source has more of this window than it gives


def _halved(read: Callable[[Window], Iterator[Any]], window: Window, key: Key, least: timedelta) -> Iterator[Any]:
    """What `read` gives for the window, in order of time; in halves where it was cut."""
    spans, before, lost, same = [_aligned(window, least)], set[Hashable](), list[Window](), 0
    while spans and same < 2:  # of three spans in a row the outer two have no border in common
        part = spans.pop()
        held = _Held(key, before)
        try:
            cut = part.start < part.end and held.all_of(read(part))
        except SourceError:
            yield from held.records.values()  # the error ends this source, but not what it gave before
            raise
        if cut and part.end - part.start > least:
            middle = part.start + (part.end - part.start) // 2 // least * least
            spans += [Window(middle, part.end), Window(part.start, middle)]
            continue
        yield from held.records.values()
        same = same + 1 if cut and held.keys == before != set() else 0
        before = held.keys
        if cut and lost and lost[-1].end == part.start:
            lost[-1] = Window(lost[-1].start, part.end)
        elif cut:
            lost.append(part)
    if same == 2:
        yield _unheeded(lost.pop().start)
    yield from (_too_many(part) for part in lost)


class _Held:
    """The records of one span, each once; those that the span `before` gave at the common border left out."""

    def __init__(self, key: Key, before: set[Hashable]) -> None:
        self._key, self._before = key, before
        self.keys: set[Hashable] = set()
        self.records: dict[Hashable, Any] = {}

    def all_of(self, read: Iterator[Any]) -> bool:
        """Take all; whether the source has more than it gave."""
        for one in read:
            if one is _CUT:
                return True
            name = None if isinstance(one, Notice) else self._key(one)
            if name is None:
                self.records[object()] = one
            elif name not in self.keys:
                self.keys.add(name)
                if name not in self._before:
                    self.records[name] = one
        return False


def _aligned(window: Window, least: timedelta) -> Window:
    """The window on whole steps of the source's clock, never smaller; what is too much is clipped by collect."""
    start = _EPOCH + (window.start - _EPOCH) // least * least
    end = _EPOCH - (_EPOCH - window.end) // least * least
    return Window(start, end)


class _Again:
    """Whether a page or a cursor comes again, in constant memory (cursors: Brent's cycle detection)."""

    def __init__(self) -> None:
        self._page: list[Any] = []
        self._mark: Any = None
        self._steps, self._power = 0, 1

    def page(self, found: list[Any]) -> bool:
        """Whether this is the page before over again; an empty one may come twice."""
        before, self._page = self._page, found
        return bool(found) and found == before

    def cursor(self, cursor: Any) -> bool:
        if cursor == self._mark:
            return True
        self._steps += 1
        if self._steps == self._power:
            self._mark, self._steps, self._power = cursor, 0, self._power * 2
        return False


def _on_host(url: str, link: str) -> str:
    """The link, on the scheme and host of `url`: behind a proxy a server may know itself by another name."""
    ours = urlsplit(url)
    return urlsplit(urljoin(url, link))._replace(scheme=ours.scheme, netloc=ours.netloc).geturl()


def _repeated(where: str) -> Notice:
    place = f" of {safe_url(where)}" if where else ""
    return Notice(
        kind="paging",
        detail=f"The list{place} began to repeat itself: it was left there, and what follows is not seen.",
        gap=True,
    )


def _unheeded(start: datetime) -> Notice:
    return Notice(
        kind="paging",
        detail=f"From {rfc3339(start)} on the source gave the same records whatever span it was asked for: it was left "
        "there, and what else it has is not seen. Check what stands between befell and the source.",
        gap=True,
    )


def _too_many(part: Window) -> Notice:
    return Notice(
        kind="limit",
        detail=f"From {rfc3339(part.start)} to {rfc3339(part.end)} there are more records than the source gives at "
        "once, and there is no shorter span to ask for: some of them are not seen. Ask for less by a narrower query.",
        gap=True,
    )
