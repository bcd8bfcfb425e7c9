"""Paging: however a source splits its records into pages, each comes once, or a gap says that some did not."""

import itertools
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http, HttpSettings
from pipeline.incident import Window
from pipeline.paging import by_bisection, by_cursor, by_link, by_offset, listed, value

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(hours=2), NOW)
URL = "https://source.example.com/api/items"
PAGES = st.lists(st.lists(st.just(None), max_size=5), min_size=1, max_size=8).map(
    lambda pages: [[{"id": next(numbers)} for _ in page] for numbers in [itertools.count()] for page in pages]
)
# Seconds after the window's start at which records happened: few distinct ones, so that many share an instant.
SECONDS = st.lists(st.integers(0, 7199), max_size=60) | st.lists(st.integers(0, 3), max_size=60)


def records_at(seconds: list[int]) -> list[dict[str, Any]]:
    return [{"id": number, "at": WINDOW.start + timedelta(seconds=at)} for number, at in enumerate(sorted(seconds))]


def within(records: list[dict[str, Any]], part: Window) -> list[dict[str, Any]]:
    return [one for one in records if one["at"] in part]


def split(found: Iterator[Any]) -> tuple[list[Any], list[Notice]]:
    everything = list(found)
    notices = [one for one in everything if isinstance(one, Notice)]
    return [one["id"] for one in everything if not isinstance(one, Notice)], notices


# Link headers


def linked(pages: list[Any], http: Http, **more: Any) -> Iterator[Any]:
    for number, page in enumerate(pages):
        following = f'<{URL}?page={number + 1}>; rel="next"; results="{str(number + 1 < len(pages)).lower()}"'
        first = "per_page=5" if number == 0 else f"page={number}"
        responses.get(f"{URL}?{first}", json=page, headers={"Link": following})
    return by_link(http, http.session(HttpSettings(url=URL)), URL, {"per_page": 5}, **more)


@given(PAGES.filter(all))
def test_links_are_followed_until_the_predicate_says_stop(pages):
    """Sentry's `rel="next"` is there on the last page too, with results="false"."""
    with responses.mock:
        found, notices = split(linked(pages, Http(60, lambda: NOW), stop=lambda link: link["results"] == "false"))
    assert found == [one["id"] for page in pages for one in page] and not notices


@responses.activate
def test_a_link_to_another_host_is_followed_on_ours():
    """Behind a proxy a GitLab gives its own name; and the credentials go nowhere but where they belong."""
    responses.get(URL, json=[{"id": 1}], headers={"Link": '<http://internal/api/items?page=2>; rel="next"'})
    responses.get(f"{URL}?page=2", json=[{"id": 2}])
    http = Http(60, lambda: NOW)
    assert split(by_link(http, http.session(HttpSettings(url=URL, token="t0ken")), URL)) == ([1, 2], [])


@responses.activate
def test_a_page_that_leads_to_itself_is_a_gap():
    responses.get(URL, json=[{"id": 1}], headers={"Link": f'<{URL}?page=1>; rel="next"'})
    http = Http(60, lambda: NOW)
    found, notices = split(by_link(http, http.session(HttpSettings(url=URL)), URL))
    assert found == [1] and notices[0].gap and "repeat itself" in notices[0].detail


@responses.activate
def test_an_answer_without_the_list_is_told():
    responses.get(URL, json={"message": "hello"})
    http = Http(60, lambda: NOW)
    with pytest.raises(SourceError, match=rf"{URL}: the answer has no list\. Check that url"):
        list(by_link(http, http.session(HttpSettings(url=URL)), URL))


# Cursors


def cursor_answers(pages: list[Any]) -> Any:
    def ask(cursor: str | None) -> dict[str, Any]:
        number = int(cursor or 0)
        return {"data": pages[number], "meta": {"after": str(number + 1) if number + 1 < len(pages) else ""}}

    return ask


def cursored(ask: Any) -> Iterator[Any]:
    return by_cursor(ask, items=listed(URL, "data"), cursor_of=value("meta", "after"), where=URL)


@given(PAGES)
def test_cursors_give_every_record_once_empty_pages_or_not(pages):
    found, notices = split(cursored(cursor_answers(pages)))
    assert found == [one["id"] for page in pages for one in page] and not notices


@given(st.integers(0, 6), st.integers(1, 6))
def test_cursors_that_go_round_end_in_a_gap(before, around):
    """Whatever the length of the way into the circle, and of the circle."""
    asked = itertools.count()

    def ask(cursor: int | None) -> dict[str, Any]:
        assert next(asked) < 200, "it would go on for ever"
        number = 0 if cursor is None else cursor
        following = number + 1 if number + 1 < before + around else before
        return {"data": [{"id": number}], "meta": {"after": following or "0"}}

    found, notices = split(cursored(lambda cursor: ask(int(cursor) if cursor else None)))
    assert set(found) == set(range(before + around))
    assert len(notices) == 1 and notices[0].gap and URL in notices[0].detail


def test_a_server_that_ignores_the_cursor_is_a_gap():
    numbers = itertools.count(1)
    found, notices = split(cursored(lambda _: {"data": [{"id": 1}], "meta": {"after": next(numbers)}}))
    assert found == [1] and notices[0].gap


def test_the_memory_does_not_grow_with_the_pages():
    """Two thousand pages need what twenty need."""

    def peak(pages: int) -> int:
        def ask(cursor: int | None) -> dict[str, Any]:
            number = cursor or 1
            records = [{"id": f"{number}-{index}", "text": "x" * 200} for index in range(100)]
            return {"data": records, "meta": {"after": number + 1 if number < pages else None}}

        tracemalloc.start()
        assert sum(1 for _ in cursored(ask)) == pages * 100
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(2000) < 1.5 * peak(20)


# Offsets


@given(SECONDS, st.integers(1, 7), st.integers(1, 4))
def test_a_capped_offset_gives_every_record_once_or_a_gap(seconds, size, pages):
    records, cap = records_at(seconds), size * pages

    def ask(part: Window, offset: int) -> dict[str, Any]:
        assert offset + size <= cap, "the vendor answers 400"
        matching = within(records, part)
        return {"items": matching[offset : offset + size], "more": offset + size < len(matching)}

    found, notices = split(
        by_offset(ask, WINDOW, items=listed(URL, "items"), size=size, cap=cap, more=value("more"), where=URL)
    )
    assert sorted(found) == sorted(set(found))
    crowded = any(seconds.count(at) > cap for at in set(seconds))
    assert bool(notices) is crowded
    assert set(found) == {one["id"] for one in records} or crowded


@given(PAGES.filter(all))
def test_an_offset_without_a_cap_goes_on_to_the_empty_page(pages):
    """A vendor may give fewer at once than was asked for: a short page is not the last one."""
    records = [one for page in pages for one in page]
    found, notices = split(by_offset(lambda _, at: records[at : at + 3], WINDOW, items=listed(URL), size=5))
    assert found == [one["id"] for one in records] and not notices


def test_a_server_that_ignores_the_offset_is_a_gap():
    found, notices = split(by_offset(lambda *_: [{"id": 1}], WINDOW, items=listed(URL), size=1, where=URL))
    assert found == [1] and notices[0].gap


def test_what_came_before_a_failure_is_kept():
    def ask(_: Window, offset: int) -> list[Any]:
        if offset:
            raise SourceError("gone.")
        return [{"id": 1}]

    pager = by_offset(ask, WINDOW, items=listed(URL), size=1, cap=10)
    assert next(pager) == {"id": 1}
    with pytest.raises(SourceError):
        next(pager)


# Halves


@given(SECONDS, st.integers(1, 12), st.booleans())
def test_bisection_gives_every_record_once_or_a_gap(seconds, limit, end_included):
    """Loki cuts at its limit and says nothing; some sources take the end of the span as part of it."""
    records = records_at(seconds)

    def ask(part: Window) -> list[Any]:
        wider = Window(part.start, part.end + timedelta(microseconds=1)) if end_included else part
        return within(records, wider)[:limit]

    found, notices = split(by_bisection(ask, WINDOW, limit, key=value("id")))
    assert sorted(found) == sorted(set(found))
    crowded = any(seconds.count(at) >= limit for at in set(seconds))
    assert set(found) == {one["id"] for one in records} or crowded
    assert bool(notices) is crowded


def test_neighbouring_spans_that_are_too_full_are_one_gap():
    records = records_at([10] * 5 + [11] * 5 + [3000] * 5)
    pager = by_bisection(lambda part: within(records, part)[:3], WINDOW, 3, key=value("id"), least=timedelta(seconds=1))
    _, notices = split(pager)
    assert [one.detail.split(" there")[0] for one in notices] == [
        "From 2026-11-24T10:00:10Z to 2026-11-24T10:00:12Z",
        "From 2026-11-24T10:50:00Z to 2026-11-24T10:50:01Z",
    ]


@given(st.integers(1, 5), st.integers(0, 5), st.sampled_from([timedelta(microseconds=1), timedelta(seconds=1)]))
def test_a_server_that_ignores_the_span_is_a_gap_after_few_requests(limit, more, least):
    """Halving alone would ask it for each microsecond of the window."""
    asked = itertools.count(1)
    records = records_at(list(range(limit + more)))[:limit]
    found, notices = split(by_bisection(lambda _: next(asked) and records, WINDOW, limit, key=value("id"), least=least))
    assert found == [one["id"] for one in records]
    assert [one.gap for one in notices] == [True] and "whatever span" in notices[0].detail
    assert next(asked) < 100


def test_a_server_that_ignores_the_span_is_a_gap_by_offset_too():
    records, asked = records_at(list(range(20))), itertools.count(1)

    def ask(_: Window, offset: int) -> list[Any]:
        next(asked)
        return records[offset : offset + 2]

    found, notices = split(by_offset(ask, WINDOW, items=listed(URL), size=2, cap=6))
    assert found == [0, 1, 2, 3, 4, 5] and "whatever span" in notices[0].detail and next(asked) < 100


def test_an_empty_window_is_not_asked_for():
    assert not list(by_bisection(lambda _: pytest.fail("asked"), Window(NOW, NOW), 3, key=value("id")))


def test_spans_begin_and_end_on_the_steps_of_the_source_s_clock():
    asked: list[Window] = []
    window = Window(NOW + timedelta(milliseconds=300), NOW + timedelta(seconds=2, milliseconds=700))
    list(by_bisection(lambda part: asked.append(part) or [], window, 3, key=value("id"), least=timedelta(seconds=1)))
    assert asked == [Window(NOW, NOW + timedelta(seconds=3))]
