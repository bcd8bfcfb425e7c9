"""Words of templates that stand for many are found to be values, and nothing else is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lines.mining import mined

USERS = ["root", "admin", "guest", "test", "oracle"]


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        ([f"Failed password for {user} from <*>" for user in USERS], {"Failed password for <*> from <*>"}),
        ([f"opened by user={user} there" for user in USERS[:3]], {"opened by user=<*> there"}),
        (["lost a.example.com:<*> again, retry", "lost <*> again, retry"], {"lost <*> again, retry"}),
        (["said by (<*>) at last", "said by () at last"], {"said by (<*>) at last"}),
        ([f"{host}.example.com close, sent" for host in "abc"], {"<*> close, sent"}),
    ],
)
def test_a_word_that_stands_for_many_is_a_value(templates: list[str], expected: set[str]) -> None:
    assert set(mined(templates).values()) == expected


@pytest.mark.parametrize(
    "templates",
    [
        ["door opened by hand", "door closed by hand"],  # two states
        [f"ERROR {word}" for word in USERS],  # nothing else is said
        [f"{word} is not ready" for word in USERS],  # what the line is about comes first
        ["pool is empty", "pool is almost empty"],
        [f"call failed with java.net.{word}Exception" for word in USERS],  # what went wrong is no value
        [],
    ],
)
def test_what_tells_templates_apart_stays(templates: list[str]) -> None:
    assert mined(templates) == {one: one for one in templates}


WORDS = st.sampled_from(
    ["lost", "kept", "host", "user=", "(", ")", "a.b", "c.d", "e.f", "<*>", "x", ":", "/v/w", *USERS]
)
TEMPLATES = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=30)


@given(TEMPLATES, st.integers())
def test_the_order_of_templates_does_not_show(templates: list[str], seed: int) -> None:
    shuffled = templates * 2
    random.Random(seed).shuffle(shuffled)
    assert mined(shuffled) == mined(templates)
    assert set(mined(templates)) == set(templates)
