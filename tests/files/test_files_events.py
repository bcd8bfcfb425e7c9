"""Events from files: what each field becomes, and what is said where a record is no event."""

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from reading_files import ALERT, AT, WINDOW, connector, lines, read

from connectors.files.clock import Clock
from pipeline.errors import SourceError
from pipeline.event import LEVELS, Event


@pytest.fixture
def one(tmp_path):
    """The only event of a record with these fields."""

    def from_fields(settings: dict[str, Any] | None = None, **fields: Any) -> Event:
        (tmp_path / "events.jsonl").write_text(lines({**ALERT, **fields}))
        events, rejected, _ = read(tmp_path, events="events.jsonl", **(settings or {}))
        assert not rejected
        return events[0]

    return from_fields


def test_every_field_reaches_the_event(one):
    event = one(
        id="a-7", source="pagerduty", service="web", severity="critical", status="firing", actor_role="on-call",
        url="https://example.com/7", labels={"zone": "eu", "retries": 3}, body="5 % of requests",
        active_since="2026-11-24T09:24:46Z", episode="2026-11-24T09:26:40Z", fingerprint="f00", host="web-1",
    )  # fmt: skip
    assert event == Event(
        at=AT, kind="alert", moment="fired", title="High error rate", source="pagerduty", native_id="a-7",
        service="web", severity="critical", actor_role="on-call", url="https://example.com/7",
        labels={"zone": "eu", "retries": "3", "host": "web-1", "status": "firing"}, body="5 % of requests",
        active_since=AT - timedelta(minutes=2), episode=AT - timedelta(seconds=6), fingerprint="f00",
        at_text="2026-11-24T09:26:46Z", precision_s=1.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2026-11-24T09:26:46Z", 1.0),
        ("2026-11-24T09:26:46z", 1.0),
        ("2026-11-24T18:26:46+09:00", 1.0),
        ("2026-11-24 03:56:46 -0530", 1.0),
        ("2026-11-24 09:26:46 UTC", 1.0),
        ("20261124T092646Z", 1.0),
        ("2026-11-24T09:26:46.000Z", 1e-3),
        ("2026-11-24T09:26:46.000000000Z", 1e-6),
        (1795512406, 1.0),
        ("1795512406", 1.0),
        (1795512406000, 1e-3),
        (1795512406000000, 1e-6),
        (1795512406000000000, 1e-6),
    ],
)
def test_a_time_is_read_whatever_its_form(one, written, precision):
    event = one(time=written)
    assert (event.at, event.at_text, event.precision_s) == (AT, str(written), pytest.approx(precision))


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2026-11-24", 86400), ("20261124", 86400), ("2026-11-24T09Z", 3600), ("2026-11-24T09:26Z", 60),
        ("2026-11-24T09:26:46.5Z", 0.1),
    ],
)  # fmt: skip
def test_a_coarse_time_says_how_coarse_it_is(one, written, precision):
    assert one(time=written).precision_s == precision


@given(st.integers(7 * 10**14, 7 * 10**15), st.integers(-14 * 60, 14 * 60))
def test_any_offset_means_the_same_instant(microseconds, minutes):
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert Clock().read(at.astimezone(timezone(timedelta(minutes=minutes))).isoformat()).at == at


def test_a_time_without_zone_is_read_as_utc_and_said_so_once(tmp_path):
    (tmp_path / "events.jsonl").write_text(lines(*({**ALERT, "time": f"2026-11-24T09:26:4{n}"} for n in range(3))))
    events, _, notices = read(tmp_path, events="events.jsonl")
    assert events[0].at == AT.replace(second=40)
    (notice,) = notices
    assert (notice.kind, notice.gap) == ("assumed-zone", False)
    assert "3 times" in notice.detail and "'2026-11-24T09:26:40'" in notice.detail


def test_a_stated_zone_is_used_without_a_notice(tmp_path):
    (tmp_path / "events.csv").write_text("time,kind,title\n2026-11-24 10:26:46,deploy,v2\n")
    events, _, notices = read(tmp_path, events={"path": "events.csv", "zone": "Europe/Berlin"})
    assert (events[0].at, notices) == (AT, [])


def test_an_hour_that_comes_twice_is_noticed(tmp_path):
    (tmp_path / "events.csv").write_text("time,kind,title\n2026-10-25 02:30:00,deploy,v2\n")
    events, _, notices = read(tmp_path, events={"path": "events.csv", "zone": "Europe/Berlin"})
    assert events[0].at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert [notice.kind for notice in notices] == ["ambiguous-time"]


def test_a_clock_that_is_ahead_is_set_back_in_every_field(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines({**ALERT, "active_since": "2026-11-24T09:25:46Z", "end": 1795512466}))
    (tmp_path / "b.jsonl").write_text(lines(ALERT))
    files = [{"path": "a.jsonl", "clock_offset": "10m"}, "b.jsonl"]
    events, _, notices = read(tmp_path, events=files, clock_offset="-90s")
    fired, resolved, other = events
    assert fired.at == AT - timedelta(minutes=10) and fired.active_since == AT - timedelta(minutes=11)
    assert fired.end == resolved.at == AT - timedelta(minutes=9)
    assert other.at == AT + timedelta(seconds=90)
    assert [notice.kind for notice in notices] == ["clock-offset", "clock-offset"]
    assert "600 s ahead" in notices[0].detail and "90 s behind" in notices[1].detail


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"time": None}, "time: missing. Give it like 2026-11-24T09:26:46Z."),
        ({"time": None, "timestamp": 1}, "time: missing. Rename 'timestamp' to 'time'."),
        ({"time": "yesterday"}, "time: 'yesterday' is no possible time"),
        ({"time": "2026-02-30T00:00:00Z"}, "time: '2026-02-30T00:00:00Z' is no possible time"),
        ({"time": "0001-01-01T00:00:00+05:00"}, "time: '0001-01-01T00:00:00+05:00' is no possible time"),
        ({"time": 10**400}, "time:"),
        ({"time": True}, "time: is no time but true or false"),
        ({"kind": None}, "kind: missing."),
        ({"kind": "aelrt"}, "kind: 'aelrt' is not known. Write 'alert'"),
        ({"title": "  "}, "title: missing."),
        ({"title": ["a"]}, "title: is a list, not text."),
        ({"labels": "x"}, "labels: 'x' is no JSON object."),
        ({"labels": [1]}, "labels: is a list, not an object."),
        ({"end": "2026-11-24T09:00:00Z"}, "end: '2026-11-24T09:00:00Z' is before time."),
    ],
)
def test_what_is_no_event_is_rejected_with_line_and_reason(tmp_path, change, why):
    (tmp_path / "events.jsonl").write_text(lines(ALERT, {**ALERT, **change}, ALERT))
    events, (rejected,), _ = read(tmp_path, events="events.jsonl")
    assert len(events) == 2 and rejected.where == "events.jsonl:2" and rejected.why.startswith(why)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("chat", "message"), ("Slack", "message"), ("deployment", "deploy"), ("release", "deploy"),
        ("rollout", "deploy"), ("config", "change"), ("feature-flag", "change"), ("feature_flag", "change"),
        ("flag", "change"), ("maintenance", "change"), ("incident", "page"), ("announcement", "status"),
        ("ALERT", "alert"), ("ticket", "action"),
    ],
)  # fmt: skip
def test_other_words_for_kinds_are_understood(one, theirs, ours):
    assert one({"kinds": {"Ticket": "action"}}, kind=theirs).kind == ours


@pytest.mark.parametrize(
    ("kind", "status", "moment"),
    [
        ("alert", "firing", "fired"), ("alert", "triggered", "fired"), ("page", "OK", "resolved"),
        ("alert", "closed", "resolved"), ("page", "acked", "acknowledged"), ("deploy", "success", "deployed"),
        ("deploy", "rolled_back", "rolled back"), ("deploy", "reverted", "rolled back"),
        ("deploy", "failure", "failed"),
        ("change", "closed", "changed"), ("change", "success", "changed"), ("deploy", "whatever", "deployed"),
        ("message", "", "posted"), ("metric", "", "observed"), ("status", "resolved", "resolved"),
    ],
)  # fmt: skip
def test_a_status_becomes_the_moment_where_it_makes_sense(one, kind, status, moment):
    assert one(kind=kind, status=status).moment == moment


@pytest.mark.parametrize(
    ("title", "labels", "moment"),
    [
        ("Rollback of v2", {}, "rolled back"),
        ('Revert "Use the new pool"', {}, "rolled back"),
        ("rolling back checkout", {}, "rolled back"),
        ("v1.4", {"type": "rollback"}, "rolled back"),
        ("v1.4", {"rollback_of": "v1.5"}, "rolled back"),
        ("v1.5", {"rollback": "false"}, "deployed"),
        ("v1.5", {"auto_rollback": "true", "on_failure": "rollback"}, "deployed"),
        ("Irreversible migration", {}, "deployed"),
    ],
)
def test_a_deploy_that_says_so_is_a_rollback(one, title, labels, moment):
    assert one(kind="deploy", title=title, labels=labels).moment == moment


@pytest.mark.parametrize(
    ("theirs", "level", "kept"),
    [("critical", "critical", None), ("FATAL", "critical", "FATAL"), ("P2", "error", "P2"),
     ("sev-3", "warning", "sev-3"), ("notice", "info", "notice"), ("purple", "", "purple"), (None, "", None)],
)  # fmt: skip
def test_severities_become_levels_and_the_word_is_kept(one, theirs, level, kept):
    event = one(severity=theirs)
    assert event.severity == level and event.severity in LEVELS and event.labels.get("severity") == kept


def test_an_alert_with_an_end_is_fired_and_resolved(tmp_path):
    record = {**ALERT, "id": "a1", "status": "resolved", "end": "2026-11-24T09:40Z"}
    still = {**ALERT, "id": "a2", "end": "0001-01-01T00:00:00Z"}
    (tmp_path / "events.jsonl").write_text(lines(record, still))
    fired, resolved, open_one = read(tmp_path, events="events.jsonl")[0]
    assert (fired.moment, fired.at, fired.end) == ("fired", AT, AT.replace(minute=40, second=0))
    assert (resolved.moment, resolved.at, resolved.native_id) == ("resolved", fired.end, "a1")
    assert fired.episode == resolved.episode == AT and resolved.precision_s == 60
    assert (open_one.native_id, open_one.end) == ("a2", None)


def test_a_person_is_left_to_collect(one):
    assert one(author="alice@example.org").actor_role == "login:alice@example.org"
    assert one(user="bob", actor_role="on-call").actor_role == "on-call"


def test_csv_has_labels_as_json_or_as_columns(tmp_path):
    (tmp_path / "events.csv").write_bytes(
        "\ufefftime;kind;title;labels;label.zone;host\r\n"
        '2026-11-24T09:26:46Z;deploy;"v2; with\r\ntwo lines";"{""pod"": ""p1""}";eu;\r\n'.encode()
    )
    (event,), rejected, notices = read(tmp_path, events="events.csv")
    assert event.title == "v2; with\r\ntwo lines" and event.labels == {"pod": "p1", "zone": "eu"}
    assert not rejected and not notices


def test_json_is_an_array_an_object_or_one_record_after_the_other(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([ALERT, ALERT], indent=1))
    (tmp_path / "b.json").write_text(json.dumps({"version": {"a": [1]}, "events": [ALERT], "next": None}))
    (tmp_path / "c.json").write_text(lines(ALERT, ALERT))
    (tmp_path / "d.json").write_text('{"events": []}')
    events, rejected, notices = read(tmp_path, events="?.json")
    assert len(events) == 5 and not rejected and [notice.kind for notice in notices] == ["empty"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: zstandard.compress(data) * 2])
def test_packed_files_are_read(tmp_path, pack):
    (tmp_path / "events.jsonl.packed").write_bytes(pack(lines(ALERT).encode()))
    events, *_ = read(tmp_path, events={"path": "events.jsonl.packed"})
    assert events and {event.at for event in events} == {AT}


def test_a_file_named_twice_is_read_once(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(ALERT))
    assert len(read(tmp_path, events=["a.jsonl", "*.jsonl"])[0]) == 1


def test_every_path_missing_is_an_error_and_one_of_several_a_gap(tmp_path):
    with pytest.raises(SourceError, match=r"gone\.jsonl: is not there"):
        read(tmp_path, events=["gone.jsonl", "*.csv"])
    (tmp_path / "a.jsonl").write_text(lines(ALERT))
    events, _, (notice,) = read(tmp_path, events=["gone.jsonl", "a.jsonl"])
    assert len(events) == 1 and notice.gap and "gone.jsonl" in notice.detail and notice.source == "events"


def test_ids_do_not_hang_on_the_configured_name(tmp_path):
    (tmp_path / "a.jsonl").write_text(lines(ALERT))
    one, two = (connector(tmp_path, events=str(tmp_path / "a.jsonl"), name=name) for name in ("one", "two"))
    assert one.identity == two.identity == "files:a.jsonl"
    assert list(one.events(WINDOW)) == list(two.events(WINDOW))
