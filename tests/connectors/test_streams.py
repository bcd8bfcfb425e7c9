"""What connectors share that read several lists: one record or list that fails takes nothing else along."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import flags
from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected
from pipeline.http import HttpError
from pipeline.streams import each, mended_by, objects, understood, undone


def refusal(status: int, fix: str = "usual") -> HttpError:
    return HttpError(status, "no", f"HTTP {status}: no.", where="https://x", fix=fix)


def refused(status: int, first: Any = None) -> Iterator[Any]:
    if first:
        yield first
    raise refusal(status)


@pytest.mark.parametrize("odd", [{}, [], None, "text", {"a": []}, {"a": None}, {"a": 1e400}])
def test_a_record_that_cannot_be_understood_is_rejected_with_its_place(odd: Any) -> None:
    (rejected,) = understood(lambda raw: iter([int(raw["a"])]), odd, "item 7")
    assert isinstance(rejected, Rejected) and rejected.where == "item 7" and rejected.why


def test_what_breaks_half_way_gives_nothing_half() -> None:
    def half(raw: Any) -> Iterator[int]:
        yield 1
        raise ValueError("odd")

    assert [type(one) for one in understood(half, {}, "")] == [Rejected]


def test_a_pager_s_notice_passes() -> None:
    notice = Notice(kind="paging", detail="cut", gap=True)
    assert list(understood(lambda _: pytest.fail("asked"), notice, "")) == [notice]


def test_one_list_that_is_refused_is_a_gap_after_the_others() -> None:
    *found, notice = each([("a", refused(403, 1)), ("b", iter([2, 3]))])
    assert found == [1, 2, 3] and isinstance(notice, Notice) and notice.gap
    assert notice.detail.startswith("a could not be read: https://x: HTTP 403")


def test_all_refused_is_an_error() -> None:
    with pytest.raises(HttpError, match="403"):
        list(each([("a", refused(403)), ("b", refused(404))]))
    assert list(each([])) == []


def test_wrong_credentials_end_it_at_once() -> None:
    with pytest.raises(HttpError, match="401"):
        list(each([("a", refused(401)), ("b", iter(lambda: pytest.fail("asked"), 0))]))


@pytest.mark.parametrize(
    ("status", "fix", "told"),
    [(403, "usual", "mine"), (500, "usual", "usual"), (403, "Its rate limit is used up", "Its")],
)
def test_a_refusal_is_mended_in_the_vendor_s_terms(status: int, fix: str, told: str) -> None:
    with pytest.raises(HttpError) as raised, mended_by({403: "mine"}):
        raise refusal(status, fix)
    assert raised.value.fix.startswith(told) and raised.value.status == status


@pytest.mark.parametrize("answer", [None, [], {}, {"items": None}, {"items": [1]}, {"items": [{}, "x"]}])
def test_a_list_of_anything_but_objects_is_an_error(answer: Any) -> None:
    with pytest.raises(SourceError, match="https://x"):
        objects("https://x", "items")(answer)
    assert objects("https://x", "items")({"items": [{"a": 1}]}) == [{"a": 1}]


@given(st.lists(st.sampled_from("abc"), max_size=6), st.sampled_from("abc"))
def test_a_rollback_goes_back_to_what_ran_before_the_last(ran: list[str], version: str) -> None:
    found = undone(ran, version)
    assert bool(found) is (version in ran and ran[-1] != version)
    assert not found or found == ran[-1]


def test_a_flag_s_service_is_that_of_its_glob_or_its_project() -> None:
    services = {"checkout-*": "checkout", "shop": "storefront"}
    told = [flags.service(services, *one) for one in (("checkout-x", "shop"), ("cart", "shop"), ("cart", "other"))]
    assert told == ["checkout", "storefront", ""]
