"""One change to the overrides at a time, and two reviewers' changes at once; nothing else in the draft moves."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.timelines import rich

from pipeline.draft import document, edits, render
from pipeline.draft.overrides import overrides_of

DRAFT = render(rich())
AT = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
ROWS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=12, max_size=12)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda text: text.strip() != "")


def overrides(text: str) -> dict[str, Any]:
    return dict(document.split(text)[0]["overrides"])


@given(row=ROWS, key=st.sampled_from(edits.LISTS))
def test_a_toggle_and_another_one_leave_no_trace(row: str, key: str) -> None:
    once = edits.edited(DRAFT, edits.toggle(key, row))
    assert overrides(once) == {key: [row]} and document.is_untouched(once)
    assert edits.edited(once, edits.toggle(key, row)) == DRAFT


@given(row=ROWS, said=TEXTS)
def test_any_title_comes_back_as_it_was_said(row: str, said: str) -> None:
    text = edits.edited(DRAFT, edits.put("titles", row, said))
    assert overrides_of(text).titles == {row: said.strip()}
    assert edits.edited(text, edits.put("titles", row, " ")) == DRAFT


def test_a_row_that_is_named_by_the_beginning_of_its_id_is_found() -> None:
    text = DRAFT.replace("overrides: {}", "overrides: {starred: [OIPKFE], titles: {oipkfe: x}}")
    text = edits.edited(text, edits.toggle("hidden", "oipkfe5p56mj"))
    text = edits.edited(text, edits.put("titles", "oipkfe5p56mj", "y"))
    assert overrides(text) == {"hidden": ["oipkfe5p56mj"], "titles": {"oipkfe5p56mj": "y"}}


def test_comments_and_other_keys_stay() -> None:
    said = "overrides:  # mine\n  severity: SEV-1  # asked the owner\n  starred: [oipkfe5p56mj]\n"
    text = edits.edited(DRAFT.replace("overrides: {}\n", said), edits.milestone("mitigated", AT))
    assert "# mine" in text and "severity: SEV-1  # asked the owner" in text
    assert overrides_of(text).milestones == {"mitigated": AT}
    assert edits.edited(text, edits.milestone("mitigated", None, found=True)) == DRAFT.replace("overrides: {}\n", said)


def test_overrides_that_were_taken_out_come_back() -> None:
    text = edits.edited(DRAFT.replace("overrides: {}\n", ""), edits.milestone("detected", None))
    assert overrides_of(text).milestones == {"detected": None}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ({}, {"severity": "SEV-1"}, {"starred": ["a"]}, {"severity": "SEV-1", "starred": ["a"]}),
        ({"starred": ["a"]}, {"starred": ["a", "b"]}, {"starred": ["c"]}, {"starred": ["c", "b"]}),
        ({"starred": ["a"]}, {}, {"starred": ["a"], "zone": "UTC"}, {"zone": "UTC"}),
        ({"titles": {"a": "x"}}, {"titles": {"a": "y"}}, {"titles": {"a": "z", "b": "w"}},
         {"titles": {"a": "y", "b": "w"}}),
        ({"milestones": {"detected": None}}, {}, {"milestones": {"detected": None, "mitigated": 1}},
         {"milestones": {"mitigated": 1}}),
        ({"milestones": {}}, {"milestones": {"detected": None}}, {}, {"milestones": {"detected": None}}),
    ],
)  # fmt: skip
def test_changes_of_two_are_both_kept(base: Any, mine: Any, theirs: Any, both: Any) -> None:
    assert edits.merged(base, mine, theirs) == both


KEYS = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(["SEV-1", "SEV-2"]),
        "starred": st.lists(st.sampled_from("abcd"), unique=True, min_size=1),
        "titles": st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"), min_size=1),
    },
)


@given(base=KEYS, changed=KEYS)
def test_who_changed_nothing_gets_what_the_other_did(base: Any, changed: Any) -> None:
    assert same(edits.merged(base, changed, base), changed)
    assert same(edits.merged(base, base, changed), changed)
    assert same(edits.merged(base, changed, changed), changed)


def same(one: Any, other: Any) -> bool:
    """Equal, whatever the order of a list of rows."""
    return {key: sorted(value) if key == "starred" else value for key, value in one.items()} == {
        key: sorted(value) if key == "starred" else value for key, value in other.items()
    }
