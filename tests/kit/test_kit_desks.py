"""What connectors to pagers, desks, status pages and alerting systems share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import alert_labels, desks
from pipeline.event import LEVELS

PLAIN = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(st.text())
def test_a_headline_is_one_short_line_and_loses_nothing(text: str) -> None:
    title, rest = desks.headline(text)
    assert len(title) <= desks.LONGEST_TITLE and title == " ".join(title.split())
    assert text.strip() in (title, rest)


def test_a_long_text_is_cut_where_one_can_see_it() -> None:
    title, rest = desks.headline("word " * 100)
    assert title.endswith("word…") and rest == ("word " * 100).strip()


@given(JSON)
def test_details_of_anything_are_few_short_lines(found: object) -> None:
    lines = list(desks.details(found))
    assert len(lines) <= desks.LINES + 1 and all(isinstance(line, str) for line in lines)


def test_details_say_what_is_there_and_how_much_more() -> None:
    assert list(desks.details({"a": 0, "b": "", "c": None, "d": [1]})) == ["a: 0", "d: [1]"]
    assert list(desks.details({f"k{n}": "x" for n in range(25)}))[-1] == "and 5 more"
    assert list(desks.details("by hand")) == ["by hand"]


def test_chosen_details_are_texts_of_whatever_case() -> None:
    found = desks.chosen({"AlertName": "A", "version": 2, "sha": ""}, ("alertname", "version", "sha"))
    assert found == {"alertname": "A"}
    assert desks.chosen(["alertname"], ("alertname",)) == {}


def test_the_nearest_ids_are_named_else_the_latest() -> None:
    assert "Nearest: INC-42" in str(desks.not_found("INC-4", ["INC-7", "INC-42"], "https://x"))
    assert "Nearest: a, b, c." in str(desks.not_found("zzz", ["a", "b", "c", "d"], "https://x"))
    assert "Check the id" in str(desks.not_found("zzz", [], "https://x"))


@pytest.mark.parametrize("odd", [None, "alice", [], {}, {"name": ""}])
def test_nobody_is_nobody(odd: object) -> None:
    assert desks.login(odd) == ""


def test_a_person_is_known_by_login_before_name() -> None:
    assert desks.login({"name": "Alice Adams", "email": "alice@example.com"}) == "login:alice@example.com"


@given(st.text())
def test_every_word_of_severity_is_a_level_or_none(word: str) -> None:
    assert alert_labels.level(word) in LEVELS


@pytest.mark.parametrize(
    ("word", "level"), [("page", "critical"), (" P2 ", "error"), ("Minor", "warning"), ("P5", "info"), ("odd", "")]
)
def test_words_of_severity(word: str, level: str) -> None:
    assert alert_labels.level(word) == level
