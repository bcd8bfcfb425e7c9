"""The lines and counts of a log store become summaries, whose counts add up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.incident import Window
from pipeline.lines import Tally
from pipeline.lines.tally import MANY, TEMPLATES

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=1))
MINUTE = int(START.timestamp() // 60)
LINES = st.lists(
    st.tuples(
        st.integers(0, 3599), st.sampled_from(["timeout after 3 s", "refused", "started"]),
        st.sampled_from(["web", "db"]), st.sampled_from(["error", "warn", ""]),
    ), max_size=40,
)  # fmt: skip


def tallied(lines: list[tuple[int, str, str, str]], count: bool = False) -> Tally:
    tally = Tally(WINDOW)
    for second, text, service, level in lines:
        tally.line(START + timedelta(seconds=second), text, service, level)
        if count:
            tally.counted(MINUTE + second // 60, 1, service, level)
    return tally


def test_lines_of_one_template_are_one_summary_with_first_and_last_as_exemplars() -> None:
    first, last = "payment 4711 failed", "payment 9000 failed"
    (one,) = tallied(
        [(5, first, "web", "ERROR"), (65, "payment 1 failed", "web", "error"), (70, last, "web", "error")]
    ).summaries()
    assert (one.template, one.service, one.level, one.count) == ("payment <*> failed", "web", "error", 3)
    assert one.histogram == {MINUTE: 1, MINUTE + 1: 2}
    assert [exemplar.text for exemplar in one.exemplars] == [first, last] and one.first == START + timedelta(seconds=5)


def test_json_and_logfmt_are_told_apart_by_their_message() -> None:
    lines = ['{"level":"error","msg":"pool empty","id":1}', 'level=error msg="pool empty" id=2']
    found = [(one.template, one.level) for one in tallied([(1, line, "web", "") for line in lines]).summaries()]
    assert found == [("pool empty [error]", "error")]


def test_a_stack_trace_is_one_template() -> None:
    text = "java.lang.IllegalStateException: no 7\n\tat shop.Cart.add(Cart.java:7)\n\tat shop.Main.run(Main.java:1)"
    (one,) = tallied([(1, text, "web", "error")]).summaries()
    assert one.template == "java.lang.IllegalStateException at shop.Cart.add < shop.Main.run"


def test_what_the_store_only_counted_is_the_rest() -> None:
    tally = tallied([(5, "refused", "web", "error")])
    tally.counted(MINUTE, 10, "web", "error")
    tally.counted(MINUTE + 7, 5, "web", "info")
    shown, rest = tally.summaries()
    assert (shown.count, rest.count, rest.template) == (1, 14, "")
    assert rest.histogram == {MINUTE: 9, MINUTE + 7: 5} and tally.total(["error"]) == 10 and tally.read == 1


def test_only_the_worst_and_most_frequent_are_shown() -> None:
    lines = [(1, "a", "web", "error"), (2, "b", "web", "warn"), (3, "c", "web", "error"), (4, "c", "web", "error")]
    found = list(tallied(lines).summaries(shown=2))
    assert [(one.template, one.count) for one in found] == [("c", 2), ("a", 1), ("", 1)]


def test_templates_without_end_are_counted_together() -> None:
    words = [f"{chr(97 + a)}{chr(97 + b)}{chr(97 + c)}" for a in range(20) for b in range(20) for c in range(20)]
    found = list(tallied([(1, word, "web", "error") for word in words]).summaries())
    assert sum(one.count for one in found) == len(words) and found[0].template == MANY
    assert found[0].count == len(words) - TEMPLATES


def test_what_is_outside_the_window_and_a_long_text_are_cut() -> None:
    tally = tallied([(1, "x " * 5000, "web", "error")])
    tally.line(WINDOW.end, "late", "web", "error")
    tally.counted(MINUTE - 1, 5, "web")
    (one,) = tally.summaries()
    assert one.exemplars[0].text.endswith("… (6,000 more characters)")


@given(LINES, st.integers(0, 3))
def test_counts_add_up_and_the_order_does_not_matter(lines: list[tuple[int, str, str, str]], shown: int) -> None:
    found, again = (list(tallied(part).summaries(shown)) for part in (lines, lines[::-1]))
    assert sum(one.count for one in found) == len(lines) and found == again
    assert all(sum(one.histogram.values()) == one.count and one.first in WINDOW for one in found)


@given(LINES, st.integers(0, 3))
def test_lines_that_are_counted_as_well_are_not_counted_twice(
    lines: list[tuple[int, str, str, str]], shown: int
) -> None:
    assert sum(one.count for one in tallied(lines, count=True).summaries(shown)) == len(lines)
