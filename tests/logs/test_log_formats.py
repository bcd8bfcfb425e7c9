"""One table: a line of each format, and the time, level and message that it must give."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from log_records import records

from pipeline.incident import Window
from pipeline.logs import Reduced, formats
from pipeline.logs.formats import detect

AT = datetime(2026, 11, 24, 9, 26, 46, tzinfo=UTC)
MS = AT.replace(microsecond=123000)
JSON = '{"ts":"2026-11-24T09:26:46Z","level":"error","msg":"no route"}'
MONTH = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
US = AT.replace(microsecond=123456)

TABLE = [
    # free text
    ("text", "2026-11-24T09:26:46Z ERROR pool is empty", AT, "error", "ERROR pool is empty"),
    ("text", "2026-11-24 09:26:46,123 [main] WARN  Pool - slow", MS, "warning", "[main] WARN  Pool - slow"),
    ("text", "2026-11-24 09:26:46.123456+00:00 INFO ok", US, "info", "INFO ok"),
    ("text", "2026-11-24 10:26:46.123456 +0100 INFO ok", US, "info", "INFO ok"),
    ("text", "[2026-11-24 09:26:46 UTC] FATAL: out of memory", AT, "critical", "FATAL: out of memory"),
    ("text", "[ERROR] 2026-11-24T09:26:46Z pool is empty", AT, "error", "pool is empty"),
    ("text", "INFO  [2026-11-24 09:26:46,123] started", MS, "info", "started"),
    ("text", "24-Nov-2026 09:26:46.123 SEVERE [main] start failed", MS, "error", "SEVERE [main] start failed"),
    ("text", "Tue, 24 Nov 2026 09:26:46 GMT error: no route", AT, "error", "error: no route"),
    ("text", "2026/11/24 09:26:46 panic: no route", AT, "critical", "panic: no route"),
    ("text", "1795512406.123 DEBUG tick", MS, "debug", "DEBUG tick"),
    ("text", "20261124T092646Z a line without a level", AT, "", "a line without a level"),
    ("text", "7:M 24 Nov 2026 09:26:46.123 # Out of memory", MS, "", "# Out of memory"),
    ("text", "E, [2026-11-24T09:26:46.123456 #7] ERROR -- : no route", US, "error", "#7] ERROR -- : no route"),
    ("text", "2026-11-24 04:26:46.123-05 [12] LOG:  checkpoint", MS, "info", "[12] LOG:  checkpoint"),
    ("text", "2026-11-24T09:26:46.123456Z 0 [Warning] [MY-010] odd", US, "warning", "0 [Warning] [MY-010] odd"),
    # JSON lines
    ("json", '{"ts":"2026-11-24T09:26:46Z","level":"error","msg":"pool is empty"}', AT, "error", "pool is empty"),
    ("json", '{"time":1795512406123,"level":50,"pid":1,"msg":"boom"}', MS, "error", "boom"),
    ("json", '{"timestamp":1795512406.123456,"severity":"WARNING","message":"hot"}', US, "warning", "hot"),
    ("json", '{"@timestamp":"2026-11-24T09:26:46,123Z","log.level":"INFO","message":"ok"}', MS, "info", "ok"),
    ("json", '{"ts":1795512406123456,"lvl":"dbug","msg":"x"}', US, "", "x"),
    ("json", '{"ts":1795512406123456000,"lvl":"dbg","msg":"x"}', US, "debug", "x"),
    ("json", '{"time":"1795512406","level":3,"short_message":"gelf"}', AT, "error", "gelf"),
    ("json", '{"t":{"$date":"2026"},"time":"2026-11-24T09:26:46Z","msg":"x","status":503}', AT, "error", "x"),
    ("json", '{"time":"24 Nov 2026 09:26:46 UTC","event":"done","level":"fatal"}', AT, "critical", "done"),
    ("json", '{"time":"November 24, 2026 9:26:46 AM UTC","msg":"x"}', AT, "", "x"),
    ("json", '{"__REALTIME_TIMESTAMP":"1795512406123456","PRIORITY":"3","MESSAGE":"x"}', US, "error", "x"),
    ("json", '{"time":0.12,"date":"2026-11-24T09:26:46Z","msg":"took"}', AT, "", "took"),
    # logfmt
    ("logfmt", 'ts=2026-11-24T09:26:46Z level=warn msg="disk \\"a\\" full" free=3', AT, "warning", 'disk "a" full'),
    ("text", '2026-11-24T09:26:46Z level=error msg="no route" host=a1', AT, "error", "no route"),
    # syslog
    ("syslog3164", "<11>Nov 24 09:26:46 web1 app[123]: no route", AT, "error", "no route"),
    ("syslog3164", "Nov 24 09:26:46 web1 sshd[9]: error: no route", AT, "error", "error: no route"),
    ("syslog3164", "Nov  4 09:26:46 web1 kernel: ok", datetime(2026, 11, 4, 9, 26, 46, tzinfo=UTC), "", "ok"),
    ("syslog3164", "2026-11-24T10:26:46.123456+01:00 web1 app[12]: ERROR x", US, "error", "ERROR x"),
    ("syslog5424", "<11>1 2026-11-24T09:26:46.123Z web1 app 12 ID7 - \ufeffno route", MS, "error", "no route"),
    ("syslog5424", '<30>1 2026-11-24T09:26:46Z web1 app - - [a@1 b="]\\"c"][d] up', AT, "info", "up"),
    ("syslog5424", "1 2026-11-24T09:26:46Z web1 app 12 - - WARN hot", AT, "warning", "WARN hot"),
    # access and error logs
    ("access", '10.1.2.3 - bob [24/Nov/2026:09:26:46 +0000] "GET /a/12?q=1 HTTP/1.1" 503 12', AT, "error",
     "GET /a/12 503"),
    ("access", '::1 - - [24/Nov/2026:10:26:46 +0100] "POST /b HTTP/2" 404 - "-" "curl"', AT, "info", "POST /b 404"),
    ("nginx-error", "2026/11/24 09:26:46 [error] 31#31: *5 upstream timed out, client: 10.0.0.1, server: _", AT,
     "error", "upstream timed out"),
    ("apache-error", "[Tue Nov 24 09:26:46.123456 2026] [core:error] [pid 7] [client 1.2.3.4:5] AH00124: loop", US,
     "error", "AH00124: loop"),
    ("apache-error", "[Tue Nov 24 09:26:46 2026] [notice] caught SIGTERM", AT, "info", "caught SIGTERM"),
    ("klog", "E1124 09:26:46.123456       1 reflector.go:138] no route", US, "error", "no route"),
    # containers
    ("cri", "2026-11-24T09:26:46.123456789Z stderr F panic: no route", US, "critical", "panic: no route"),
    ("cri", '2026-11-24T10:26:46+01:00 stdout F {"level":"warn","msg":"hot","ts":1}', AT, "warning", "hot"),
    ("cri", "2026-11-24T09:26:46Z stdout F 2001-01-01 00:00:00 ERROR its clock", AT, "error", "ERROR its clock"),
    ("cri", "2026-11-24T09:26:46Z stdout F I1124 09:26:40.000000 1 a.go:1] hi", AT, "info", "hi"),
    ("docker", '{"log":"ERROR no route\\n","stream":"stderr","time":"2026-11-24T09:26:46.123456Z"}', US, "error",
     "ERROR no route"),
    ("docker", '{"log":"ts=1 lvl=eror msg=hot\\n","stream":"stdout","time":"2026-11-24T09:26:46Z"}', AT, "error",
     "hot"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "line", "at", "level", "message"), TABLE)
def test_a_line_of_each_format(
    name: str, line: str, at: datetime, level: str, message: str, reduced: Callable[..., Reduced]
) -> None:
    form = detect([line])
    (record,) = records([line], form)

    assert form.name == name
    assert record.message == message
    assert record.level == level
    (summary,) = reduced([line], window=MONTH).summaries
    assert summary.first == summary.last == at


@pytest.mark.parametrize("name", [*formats.FORMATS, "rfc5424", "RFC3164", "jsonl", "combined"])
def test_a_format_can_be_stated(name: str) -> None:
    assert formats.named(name) is not None


def test_an_unknown_format_is_told_and_found_from_the_data(reduced: Callable[..., Reduced]) -> None:
    found = reduced([JSON], format="jsno")

    assert found.account.parsed == 1
    assert [notice.kind for notice in found.notices if "jsno" in notice.detail] == ["unknown-format"]


def test_a_stated_format_wins_and_lines_that_do_not_fit_it_still_count(reduced: Callable[..., Reduced]) -> None:
    lines = ["starting up", JSON, "2026-11-24T09:30:00Z WARN not JSON at all", "no time either"]
    found = reduced(lines, format="json")

    assert (found.account.read, found.account.rejected) == (4, 1)  # only the first has no time before it
    assert {summary.level: summary.count for summary in found.summaries} == {"error": 1, "warning": 1, "": 1}


def test_the_format_is_that_of_most_lines(reduced: Callable[..., Reduced]) -> None:
    banner = ["2026-11-24 09:00:00 booting"] * 3

    assert detect([*banner, *[JSON] * 5]).name == "json"
    assert detect([*banner, "Traceback (most recent call last):"]).name == "text"
    assert detect([]).name == "text"
