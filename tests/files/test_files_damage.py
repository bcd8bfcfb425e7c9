"""Files as they really are: broken, cut short, enormous, in a foreign encoding. Nothing that can be read is lost."""

import gzip
import json
import random

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_files import ALERT, AT, lines, read

from connectors.files import source
from pipeline.errors import SourceError

MANY = lines(
    *({**ALERT, "id": f"n{number}", "body": random.Random(number).randbytes(40).hex()} for number in range(2000))
)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_packed_file_cut_short_gives_what_it_has_and_a_gap(tmp_path, pack):
    (tmp_path / "events.jsonl.gz").write_bytes(pack(MANY.encode())[:-5000])
    events, rejected, (notice,) = read(tmp_path, events="events.jsonl.gz")
    assert 1000 < len(events) < 2000 and not rejected
    assert notice.gap and f"up to line {len(events)}" in notice.detail and "cut short" in notice.detail


def test_a_damaged_packed_file_is_a_gap(tmp_path):
    packed = bytearray(gzip.compress(MANY.encode()))
    packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "events.jsonl.gz").write_bytes(packed)
    events, _, notices = read(tmp_path, events="events.jsonl.gz")
    assert any(notice.gap and notice.kind == "damaged" for notice in notices) and len(events) > 100


def test_a_line_of_ten_megabytes_is_read(tmp_path):
    (tmp_path / "events.jsonl").write_text(lines({**ALERT, "body": "x" * 10_000_000}, ALERT))
    events, *_ = read(tmp_path, events="events.jsonl")
    assert [len(event.body) for event in events] == [10_000_000, 0]


def test_a_longer_line_than_fits_is_rejected_and_the_next_one_read(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.files.records.LONGEST", 1000)
    (tmp_path / "events.jsonl").write_text(lines(ALERT, {**ALERT, "body": "x" * 5000}, ALERT))
    events, (rejected,), _ = read(tmp_path, events="events.jsonl")
    assert len(events) == 2 and rejected.where == "events.jsonl:2"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + lines(ALERT, ALERT).replace("\n", "\r\n").encode())
    (tmp_path / "b.jsonl").write_bytes(lines(ALERT).encode("utf-16"))
    (tmp_path / "c.json").write_bytes(b"\xef\xbb\xbf" + json.dumps([ALERT]).encode())
    events, rejected, notices = read(tmp_path, events=["a.jsonl", "b.jsonl", "c.json"])
    assert len(events) == 4 and not rejected and not notices


def test_bytes_that_are_no_utf8_stay_visible(tmp_path):
    (tmp_path / "events.jsonl").write_bytes(lines(ALERT).encode().replace(b"rate", b"rat\xe9"))
    (event,), _, _ = read(tmp_path, events="events.jsonl")
    assert event.title == "High error rat\\udce9"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["jsonl", "json", "csv"]))
def test_random_bytes_never_break_it(tmp_path, data, form):
    (tmp_path / "events.bin").write_bytes(data)
    try:
        found = read(tmp_path, events={"path": "events.bin", "format": form})
    except SourceError:
        return
    for event in found[0]:
        assert event.title.encode().decode() == event.title and event.at.tzinfo is not None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["event", "no json", "[1]", "{}", ""]), max_size=12), st.booleans())
def test_every_line_is_an_event_or_rejected(tmp_path, parts, ends):
    written = [json.dumps(ALERT) if part == "event" else part for part in parts]
    (tmp_path / "events.jsonl").write_text("\n".join(written) + ("\n" if ends else ""))
    events, rejected, _ = read(tmp_path, events="events.jsonl")
    assert len(events) == parts.count("event")
    assert [one.where for one in rejected] == [
        f"events.jsonl:{number}" for number, part in enumerate(parts, 1) if part not in ("event", "")
    ]


@pytest.mark.parametrize("name", ["e.jsonl", "e.json", "e.csv"])
def test_an_empty_file_holds_no_event_and_says_so(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    events, rejected, (notice,) = read(tmp_path, events=name)
    assert not events and not rejected and notice.kind == "empty" and not notice.gap


def test_json_that_breaks_off_gives_what_stands_before(tmp_path):
    whole = json.dumps({"events": [ALERT, ALERT, ALERT]}, indent=1)
    (tmp_path / "events.json").write_text(whole[: whole.rindex("kind")])
    events, (rejected,), (notice,) = read(tmp_path, events="events.json")
    assert len(events) == 2 and rejected.where == "events.json:15" and notice.gap


def test_deep_json_is_rejected(tmp_path):
    (tmp_path / "events.jsonl").write_text("[" * 100_000 + "\n" + lines(ALERT))
    events, (rejected,), _ = read(tmp_path, events="events.jsonl")
    assert len(events) == 1 and "nested too deeply" in rejected.why


def test_csv_rows_that_do_not_fit_are_rejected(tmp_path):
    row = "2026-11-24T09:26:46Z,alert,"
    (tmp_path / "events.csv").write_text(f'time,kind,title\n{row}a\n{row}b,c\n{row}d,,\n{row}"e"f\n{row}g\n')
    events, rejected, _ = read(tmp_path, events="events.csv")
    assert [event.title for event in events] == ["a", "d", "g"]
    assert [one.where for one in rejected] == ["events.csv:3", "events.csv:5"]


def test_an_open_quote_in_csv_is_a_gap(tmp_path):
    row = "2026-11-24T09:26:46Z,alert,"
    (tmp_path / "events.csv").write_text(f'time,kind,title\n{row}a\n{row}"b\n{row}c\n')
    events, (rejected,), (notice,) = read(tmp_path, events="events.csv")
    assert [event.title for event in events] == ["a"] and rejected.where == "events.csv:3" and notice.gap


def test_a_column_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "events.csv").write_text("time,kind,title,title\n")
    with pytest.raises(SourceError, match="'title' stands twice"):
        read(tmp_path, events="events.csv")


def test_a_folder_a_device_and_an_unknown_format_are_refused(tmp_path):
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "events.dat").write_text(lines(ALERT))
    for path, what in (
        ("folder.jsonl", "folder"),
        ({"path": "/dev/null", "format": "csv"}, "device"),
        ("events.dat", "format"),
    ):
        with pytest.raises(SourceError, match=what):
            read(tmp_path, events=path)


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    (tmp_path / "events.jsonl").write_text(lines(ALERT))

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(source.Path, "open", refused)
    with pytest.raises(SourceError, match=r"events\.jsonl: cannot be read: Permission denied"):
        read(tmp_path, events="events.jsonl")


def test_lone_surrogates_do_not_get_through(tmp_path):
    (tmp_path / "events.jsonl").write_text('{"time": "2026-11-24T09:26:46Z", "kind": "alert", "title": "\\ud800x"}\n')
    (event,), _, _ = read(tmp_path, events="events.jsonl")
    assert event.title == "\\ud800x" and event.at == AT
