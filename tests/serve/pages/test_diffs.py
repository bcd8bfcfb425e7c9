"""Changes of a text, all of them or some."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.serve.pages.diffs import hunks, taken

TEXTS = st.lists(st.sampled_from("abcdefgh"), max_size=60).map("\n".join)


@given(old=TEXTS, new=TEXTS)
def test_all_changes_make_the_new_text_and_none_the_old_one(old: str, new: str) -> None:
    found = list(hunks(old, new))
    assert taken(old, new, range(len(found))) == new and taken(old, new, ()) == old
    assert (not found) == (old == new)


def test_one_change_of_two() -> None:
    old = "\n".join("0123456789abcdef")
    new = old.replace("1", "one").replace("e", "eee")
    assert len(list(hunks(old, new))) == 2 and taken(old, new, {1}) == old.replace("e", "eee")
