"""What is shown and why; everything else stays counted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import Reduced, count, reduce

Run = Callable[..., Reduced]
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = Window(START, START + timedelta(hours=1))


def lines(text: str, *, every: float, start: float = 0, end: float = 60) -> list[str]:
    """One line each `every` minutes from minute `start` to `end` of the hour."""
    moments = (START + timedelta(minutes=start + number * every) for number in range(int((end - start) / every)))
    return [f"{at.isoformat()} {text}" for at in moments]


def test_errors_come_by_their_contrast_to_the_minutes_before_not_by_their_number(reduced: Run) -> None:
    found = reduced(
        [*lines("ERROR chatty as ever", every=0.1), *lines("ERROR pool is empty", every=0.5, start=41, end=55),
         *lines("INFO tick", every=0.2)], window=HOUR,
    )  # fmt: skip

    assert [(one.template, one.count) for one in found.summaries] == [
        ("ERROR pool is empty", 28), ("ERROR chatty as ever", 600), ("", 300),
    ]  # fmt: skip
    assert found.summaries[0].reason == (
        "new since 09:41 UTC, 28 times, 0 in the 30 min before; most at 09:41 UTC (2 in that minute)"
    )
    assert found.summaries[1].reason.startswith("300 times, 300 in the 30 min before")
    assert found.summaries[2].reason == "counted, not shown"


def test_a_burst_of_harmless_lines_is_shown_and_a_steady_stream_is_not(reduced: Run) -> None:
    found = reduced(
        [
            *lines("INFO tick", every=0.2),
            *lines("INFO retry", every=0.1, start=40, end=45),
            *lines("WARN odd", every=30),
        ],
        window=HOUR,
    )

    assert [one.template for one in found.summaries] == ["INFO retry", "WARN odd", ""]


def test_no_more_than_show_and_all_counts_add_up(reduced: Run) -> None:
    words = ["alpha", "beta", "gamma", "delta"]
    text = [line for word in words for line in lines(f"ERROR {word}", every=1, start=30)]

    for show in (0, 1, 3, 9):
        found = reduced(text, window=HOUR, show=show)  # the fixture checks the sums
        assert sum(1 for one in found.summaries if one.template) == min(show, 4)
        assert sum(one.count for one in found.summaries) == 120


def test_without_records_before_nothing_is_called_new(reduced: Run) -> None:
    found = reduced(lines("INFO retry", every=0.1, start=40, end=45), window=HOUR)
    assert [one.template for one in found.summaries] == [""]
    assert "no-baseline" in {notice.kind for notice in found.notices}

    reaching_back = ["2026-11-24T07:00:00Z INFO started", *lines("INFO retry", every=0.1, start=40, end=45)]
    found = reduced(reaching_back, window=HOUR)
    assert [one.template for one in found.summaries] == ["INFO retry"]


def test_the_baseline_is_at_most_half_of_the_window(reduced: Run) -> None:
    found = reduced(lines("ERROR a", every=1), window=HOUR, baseline=timedelta(hours=5))
    assert "in the 30 min before" in found.summaries[0].reason


def test_services_are_kept_apart_and_each_has_its_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.log").write_text("\n".join([*lines("ERROR x", every=1), *lines("INFO y", every=1)]))
    Path("b.log").write_text("\n".join(lines("INFO y", every=1)))
    sources = [LogSource(paths=(f"{name}.log",), name=name, service=f"svc-{name}") for name in "ab"]
    found = reduce(sources, HOUR)

    assert [(one.service, one.template, one.count) for one in found.summaries] == [
        ("svc-a", "ERROR x", 60), ("svc-a", "", 60), ("svc-b", "", 60),
    ]  # fmt: skip
    assert found == reduce(sources, HOUR)
    assert sorted(map(repr, found.summaries)) == sorted(map(repr, reduce(sources[::-1], HOUR).summaries))


def test_exemplars_say_where_they_stand(reduced: Run) -> None:
    text = lines("ERROR größer", every=1)
    found = reduced(text, window=HOUR)

    whole = Path("app.log").read_bytes()
    for exemplar in found.summaries[0].exemplars:
        assert exemplar.path == "app.log"
        assert whole[exemplar.offset :].decode().split("\n")[0] == exemplar.text == text[exemplar.line - 1]


def test_templates_beyond_the_limit_are_counted_together(reduced: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "TEMPLATES", 10)
    words = [chr(97 + number % 26) * (number // 26 + 1) for number in range(100)]
    found = reduced([f"2026-11-24T09:40:00Z ERROR {word}" for word in words], window=HOUR, show=99)

    beyond = [one for one in found.summaries if "beyond" in one.template]
    assert [(one.count, one.level) for one in beyond] == [(90, "error")]
    assert "many-templates" in {notice.kind for notice in found.notices}


def test_more_load_alone_makes_no_burst_of_a_harmless_line(reduced: Run) -> None:
    busier = [*lines("INFO get", every=0.2, start=35), *lines("INFO put", every=0.2, start=35)]
    found = reduced([*lines("INFO get", every=1), *lines("INFO put", every=1), *busier], window=HOUR)

    assert [one.template for one in found.summaries] == [""]


def test_a_record_without_a_message_is_told_apart_from_the_rest(reduced: Run) -> None:
    found = reduced([*lines("", every=0.1, start=40, end=45), *lines("INFO tick", every=1)], window=HOUR)

    assert [(one.template, one.count) for one in found.summaries] == [("(no message)", 50), ("", 60)]


def test_a_word_that_stands_for_many_is_a_value_but_levels_and_statuses_stay_apart(reduced: Run) -> None:
    users = ["root", "admin", "guest", "test", "oracle", "backup"]
    failed = [f"2026-11-24T09:40:0{number}Z ERROR no login for {user}" for number, user in enumerate(users)]
    levels = [f"2026-11-24T09:41:00Z app {level} disk is full" for level in ("INFO", "WARN", "ERROR", "DEBUG", "FATAL")]
    found = reduced([*failed, *levels], window=HOUR, show=99)

    assert [(one.count, len(one.exemplars)) for one in found.summaries if one.template == "ERROR no login for <*>"] == [
        (6, 2)
    ]
    assert sum(one.count for one in found.summaries if "disk is full" in one.template) == 3
    assert len([one for one in found.summaries if "disk is full" in one.template]) == 3
