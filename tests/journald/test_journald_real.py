"""The systemd journal, read from real journal files."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from journald_stub import AT_US, FAIL, RESTART, START, STOP, entry, of_unit, write
from pydantic import ValidationError

from connectors.journald import JournaldConnector
from connectors.journald.journal import text_of
from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

pytestmark = pytest.mark.real
WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
EARLY = entry("up", AT_US - 3600 * 10**6)  # before the window: the journal reaches back far enough
Make = Callable[..., JournaldConnector]


@pytest.fixture
def journal(tmp_path: Path) -> Make:
    """A connector to a journal with these entries."""

    def made(*entries: dict[str, Any], **settings: Any) -> JournaldConnector:
        if entries:
            write(tmp_path / "web.journal", [EARLY, *entries])
        given = {"use": "journald", "name": "journal", "files": ["*.journal"], **settings}
        checked = JournaldConnector.Settings.model_validate(given, context={"base": tmp_path})
        return JournaldConnector(checked, Http(30, lambda: datetime.now(UTC)))

    return made


def test_errors_are_told_by_template_and_the_rest_is_counted(journal: Make) -> None:
    shown, rest = journal(
        entry("payment 4711 failed", PRIORITY="3"), entry("payment 1 failed", AT_US + 60 * 10**6, PRIORITY="3"),
        entry("started", AT_US + 1),
    ).logs(WINDOW)  # fmt: skip
    assert (shown.service, shown.level, shown.template, shown.count) == ("checkout", "error", "payment <*> failed", 2)
    assert shown.first == datetime(2026, 11, 24, 9, 24, 0, 123456, tzinfo=UTC), "µs, as a string"
    assert shown.exemplars[0].path == "web-1 checkout.service" and (rest.template, rest.count) == ("", 1)


def test_a_line_that_was_only_printed_says_its_level_itself(journal: Make) -> None:
    found = journal(entry('{"level":"error","msg":"pool empty"}'), entry("WARN slow", AT_US + 1)).logs(WINDOW)
    assert [(one.level, one.template) for one in found] == [("error", "pool empty [error]"), ("warning", "WARN slow")]


def test_bytes_that_are_no_text_and_lines_with_breaks_are_read(journal: Make) -> None:
    """journalctl gives them as a list of numbers."""
    found = journal(entry(b"\xffboom\x00", PRIORITY="2"), entry(b"first\nsecond", AT_US + 1, PRIORITY="3")).logs(WINDOW)
    assert sorted(one.exemplars[0].text for one in found) == ["first\nsecond", "\ufffdboom\x00"]


def test_a_long_message_is_not_left_out(journal: Make) -> None:
    """Without --all journalctl gives null for fields of more than 4096 bytes."""
    (one,) = journal(entry("x" * 10_000, PRIORITY="3")).logs(WINDOW)
    assert one.exemplars[0].text.endswith("(6,000 more characters)")


def test_a_field_that_was_set_twice_is_its_first_value() -> None:
    assert text_of({"UNIT": ["a.service", "b.service"]}, "UNIT") == "a.service"
    assert text_of({"MESSAGE": None}, "MESSAGE") == text_of({"MESSAGE": []}, "MESSAGE") == ""


def test_starts_and_stops_are_actions_and_failures_are_not(journal: Make) -> None:
    stop, start, fail = journal(
        of_unit(STOP), of_unit(START, AT_US + 1), of_unit(FAIL, AT_US + 2, UNIT_RESULT="oom-kill")
    ).events(WINDOW)
    assert (stop.kind, stop.moment, stop.title) == ("action", "changed", "checkout.service stopped on web-1")
    assert (start.kind, start.service, start.severity) == ("action", "checkout", "info")
    assert (fail.kind, fail.severity, fail.title) == ("log", "error", "checkout.service failed on web-1: oom-kill")
    assert fail.native_id.startswith("s=") and fail.body == "checkout.service: news.", "__CURSOR is its identity"


def test_a_unit_that_systemd_brings_back_was_started_by_nobody(journal: Make) -> None:
    *_, again, by_hand = journal(
        of_unit(FAIL), of_unit(RESTART, AT_US + 1), of_unit(START, AT_US + 2), of_unit(START, AT_US + 3)
    ).events(WINDOW)
    assert (again.kind, again.title) == ("log", "checkout.service started again by itself on web-1")
    assert by_hand.kind == "action"


def test_what_is_no_service_is_no_event(journal: Make) -> None:
    assert list(journal(of_unit(START, unit="session-3.scope")).events(WINDOW)) == []
    assert list(journal(of_unit(START), unit_events=False).events(WINDOW)) == []


def test_units_are_chosen_by_journalctl_and_services_named_by_globs(journal: Make) -> None:
    other = entry("boom", PRIORITY="3", _SYSTEMD_UNIT="cart@1.service")
    given = (entry("boom", AT_US + 1, PRIORITY="3"), other, of_unit(FAIL, AT_US + 2, unit="cart@1.service"))
    made = journal(*given, units=["cart*"], services={"cart@*": "basket"})
    assert {one.service for one in [*made.events(WINDOW), *made.logs(WINDOW)]} == {"basket"}
    assert {one.service for one in journal(*given).logs(WINDOW)} >= {"cart", "checkout"}


def test_the_end_of_the_window_is_left_out(journal: Make) -> None:
    end = int(WINDOW.end.timestamp()) * 10**6
    (one,) = journal(entry("a", end - 1, PRIORITY="3"), entry("b", end, PRIORITY="3")).logs(WINDOW)
    assert one.template == "a"


def test_a_journal_that_begins_within_the_window_is_a_gap(journal: Make, tmp_path: Path) -> None:
    write(tmp_path / "late.journal", [entry("boom", PRIORITY="3")])
    made = journal(files=["late.journal"])
    (notice,) = made.events(WINDOW)
    assert isinstance(notice, Notice) and notice.gap and "begins at 2026-11-24T09:24:00Z" in notice.detail


def test_a_damaged_file_is_a_gap_and_the_others_are_read(journal: Make, tmp_path: Path) -> None:
    made = journal(entry("boom", PRIORITY="3"))
    (tmp_path / "cut.journal").write_bytes((tmp_path / "web.journal").read_bytes()[:3000])
    summary, notice = sorted(made.logs(WINDOW), key=lambda one: isinstance(one, Notice))
    assert isinstance(summary, LogSummary) and notice.gap and "cut.journal" in notice.detail


def test_an_entry_without_a_message_is_rejected_alone(journal: Make) -> None:
    found = list(journal(entry(None), entry("boom", AT_US + 1, PRIORITY="3")).logs(WINDOW))
    assert [type(one) for one in found] == [Rejected, LogSummary]


def test_files_that_are_not_there_and_that_are_none_are_errors(journal: Make, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        list(journal().events(WINDOW))
    (tmp_path / "no.journal").write_text("junk")
    with pytest.raises(SourceError, match="journalctl failed"):
        list(journal().logs(WINDOW))


def test_where_journalctl_is_missing_it_is_said(journal: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = journal(entry("boom"))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SourceError, match="Install systemd"):
        list(made.logs(WINDOW))


def test_the_deadline_ends_it(journal: Make, tmp_path: Path) -> None:
    made = journal(*(entry(f"line {number}", AT_US + number) for number in range(2000)))
    late = JournaldConnector(made._settings, Http(0.001, lambda: datetime.now(UTC)))
    with pytest.raises(SourceError, match=r"longer than the 0\.001 s"):
        list(late.logs(WINDOW))


def test_check_says_where_the_journal_begins(journal: Make) -> None:
    (check,) = journal(entry("boom")).check()
    assert check.ok and check.reaches == datetime(2026, 11, 24, 8, 24, 0, 123456, tzinfo=UTC)
    (check,) = journal(files=["gone.journal"]).check()
    assert not check.ok and check.fix


def test_ids_are_the_same_in_every_run(journal: Make) -> None:
    made = journal(of_unit(FAIL))
    first, second = ([one.native_id for one in made.events(WINDOW) if isinstance(one, Event)] for _ in range(2))
    assert first == second != []


def test_a_level_is_one_of_those_that_befell_knows() -> None:
    with pytest.raises(ValidationError, match="none of critical"):
        JournaldConnector.Settings.model_validate({"use": "journald", "name": "j", "levels": ["err"]})
