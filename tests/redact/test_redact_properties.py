"""What holds for every text: redacting twice changes nothing, a secret keeps its placeholder, the rest stays."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from planted_secrets import PLANTED

from pipeline.redact import Redactor

PIECES = st.one_of(
    st.sampled_from([planted.text for planted in PLANTED]),
    st.sampled_from(["password", "token", "secret:", "=", ": ", '"', "'", "\\", "://", "@", "‹", "›", "‹password:1›",
                     "-----BEGIN", " --", "Cookie: ", "Bearer ", "a", " ", "\n", ",", "&", ";", "{", "}", "4", "."]),
    st.text(max_size=12),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)
PROSE = st.text(alphabet="abcdefghij ", max_size=30)


@settings(deadline=None)
@given(TEXTS)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    redactor = Redactor()
    once = redactor.text(text)
    counts = dict(redactor.counts)

    assert redactor.text(once) == once
    assert redactor.counts == counts
    assert Redactor().text(once) == once


@settings(deadline=None)
@given(st.sampled_from(PLANTED), TEXTS)
def test_the_same_secret_has_the_same_placeholder_whatever_came_between(planted, text) -> None:  # type: ignore[no-untyped-def]
    redactor = Redactor()
    first = redactor.text(planted.text)
    redactor.text(text)

    assert redactor.text(planted.text) == first


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLANTED), max_size=6), PROSE)
def test_words_around_secrets_stay(planted, words) -> None:  # type: ignore[no-untyped-def]
    text = "".join(f"\n{words}\n{one.text}\n{words}\n" for one in planted)
    redacted = Redactor().text(text)

    assert not [one.secret for one in planted if one.secret in redacted]
    assert redacted.count(f"\n{words}\n") == text.count(f"\n{words}\n")


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLANTED), min_size=1, max_size=8))
def test_different_secrets_have_different_placeholders(planted) -> None:  # type: ignore[no-untyped-def]
    redactor = Redactor()
    found = {one.secret: re.findall(r"‹[^›]+›", redactor.text(one.text)) for one in planted}

    assert len({tuple(placeholders) for placeholders in found.values()}) == len(found)


@settings(deadline=None)
@given(PROSE)
def test_plain_words_stay(text: str) -> None:
    assert Redactor().text(text) == text
