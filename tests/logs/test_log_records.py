"""Stack traces and split lines stay one record; what is none becomes a record of its own."""

import json
from collections.abc import Callable

import pytest
from log_records import records

from pipeline.logs import Reduced
from pipeline.logs.formats import detect

Run = Callable[..., Reduced]
T = "2026-11-24T09:26:46.000Z"

JAVA = """2026-11-24T09:26:46.000Z ERROR [main] c.a.Orders - order 17 failed
com.acme.OrderException: order 17 failed
	at com.acme.Orders.place(Orders.java:42)
	at com.acme.Orders.lambda$retry$0(Orders.java:12)
	at java.base/java.lang.Thread.run(Thread.java:833)
	Suppressed: java.io.IOException: closed
		at com.acme.Pool.close(Pool.java:7)
Caused by: java.net.ConnectException: Connection refused
	at com.acme.Pool.get(Pool.java:99)
	... 3 common frames omitted"""
PYTHON = """2026-11-24T09:26:46.000Z ERROR order 17 failed
Traceback (most recent call last):
  File "/app/orders.py", line 42, in place
    pool.get()
  File "/app/pool.py", line 9, in get
    raise Refused(host)
pool.Refused: 10.0.0.7

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 5, in main
    place(order)
app.OrderError: order 17"""
GO = """2026-11-24T09:26:46.000Z panic: runtime error: index out of range [5] with length 3

goroutine 18 [running]:
main.(*Server).place(0xc000010000, {0x4a1b20, 0x3})
	/app/orders.go:42 +0x1d
main.main()
	/app/main.go:9 +0x25
created by main.start in goroutine 1
	/app/main.go:7 +0x11
exit status 2"""
NODE = """2026-11-24T09:26:46.000Z error: order 17 failed
TypeError: Cannot read properties of undefined (reading 'id')
    at place (/app/orders.js:42:13)
    at async Server.handle (/app/server.js:9:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  code: 'EORDER'
}"""
TRACES = {
    "java": (JAVA, "com.acme.OrderException < java.net.ConnectException at "
                   "com.acme.Orders.place < com.acme.Orders.lambda$retry$0 < java.base/java.lang.Thread.run"),
    "python": (PYTHON, "pool.Refused < app.OrderError at main.py:main < pool.py:get < orders.py:place"),
    "go": (GO, "panic: runtime error: index out of range [<*>] with length <*> at main.(*Server).place < main.main"),
    "node": (NODE, "TypeError at place < Server.handle < process.processTicksAndRejections"),
}  # fmt: skip


@pytest.mark.parametrize("language", TRACES)
def test_a_stack_trace_is_one_record_grouped_by_type_and_frames(language: str, reduced: Run) -> None:
    trace, template = TRACES[language]
    other = trace.replace("17", "4711").replace(":42", ":43").replace("[5]", "[6]")
    found = reduced([trace, f"{T} INFO next", other, f"{T} INFO next"])

    assert found.account.read == 4
    error = found.summaries[0]
    assert (error.template, error.count) == (template, 2)
    assert error.level == ("critical" if language == "go" else "error")
    assert error.exemplars[0].text == "\n".join(line for line in trace.split("\n") if line)


@pytest.mark.parametrize("language", TRACES)
@pytest.mark.parametrize("envelope", ["cri", "docker", "syslog"])
def test_a_stack_trace_in_an_envelope_is_one_record(language: str, envelope: str, reduced: Run) -> None:
    def wrapped(line: str) -> str:
        if envelope == "docker":
            return json.dumps({"log": line + "\n", "stream": "stderr", "time": T})
        if envelope == "syslog":
            return f"Nov 24 09:26:46 web1 app[7]: {line}".replace("\t", "#011")
        return f"{T} stderr F {line}"

    lines = [line for line in TRACES[language][0].split("\n") if line]
    found = reduced([wrapped(line) for line in [*lines, "INFO next"]], zone="UTC")

    assert found.account.read == 2
    assert found.summaries[0].template == TRACES[language][1]


def test_two_crashes_in_a_row_are_two_records(reduced: Run) -> None:
    crash = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: x'
    found = reduced([f"{T} ERROR starting", crash, crash, "KeyError: 'plain'", "ValueError: again"])

    assert found.account.read == 4  # the first crash belongs to the line before it
    assert found.account.rejected == 0


def test_a_line_without_a_time_takes_that_of_the_record_before_or_is_rejected(reduced: Run) -> None:
    found = reduced(["no time yet", f"{T} INFO a", "ERROR a bare line", "  and its indented rest", ")"])

    assert (found.account.read, found.account.rejected) == (3, 1)
    bare = next(summary for summary in found.summaries if summary.level == "error")
    assert bare.first.isoformat() == "2026-11-24T09:26:46+00:00"
    assert bare.exemplars[0].text == "ERROR a bare line\n  and its indented rest\n)"
    assert {notice.kind for notice in found.notices} >= {"untimed", "rejected"}


def test_empty_lines_are_no_records(reduced: Run) -> None:
    assert reduced(["", f"{T} a", "   ", "\t", f"{T} b", ""]).account.read == 2


def test_the_pieces_of_a_long_container_line_are_joined_stream_by_stream(reduced: Run) -> None:
    found = reduced([
        f"{T} stdout P {{\"level\":\"error\",",
        f"{T} stderr P WARN ho",
        f"{T} stdout P \"msg\":\"no ",
        f"{T} stderr F t",
        f"{T} stdout F route\"}}",
    ])  # fmt: skip

    assert found.account.read == 2
    assert [(one.level, one.template) for one in found.summaries] == [
        ("error", "no route [error]"),
        ("warning", "WARN hot"),
    ]


def test_a_container_log_that_ends_within_a_record_loses_nothing(reduced: Run) -> None:
    assert reduced([f"{T} stdout F INFO a", f"{T} stdout P ERROR half"]).account.summarised == 2


def test_docker_pieces_end_with_a_newline_unless_the_writer_never_gives_one(reduced: Run) -> None:
    def docker(*logs: str) -> list[str]:
        return [json.dumps({"log": log, "stream": "stdout", "time": T}) for log in logs]

    assert reduced(docker("ERROR a", "b\n", "INFO c\n")).account.read == 2
    assert reduced(docker("ERROR a", "ERROR b", "INFO c")).account.read == 3


def test_streams_do_not_mix_and_only_so_many_are_held_open() -> None:
    lines = [f"Nov 24 09:26:46 web1 app{number % 40}: INFO a{number}" for number in range(400)]
    form = detect(lines)
    found = records(lines, form)

    assert sorted(record.line for record in found) == list(range(1, 401))


def test_an_endless_record_keeps_its_first_part(reduced: Run) -> None:
    found = reduced([f"{T} ERROR a", *["  indented " + "x" * 200] * 5000])

    assert found.account.read == 1
    (summary,) = found.summaries
    assert "more characters)" in summary.exemplars[0].text
    assert len(summary.exemplars[0].text) < 4100
    assert "long-record" in {notice.kind for notice in found.notices}


def test_padding_in_syslog_does_not_join_records(reduced: Run) -> None:
    found = reduced([f"Nov 24 09:26:4{number} web1 sudo:   bob : COMMAND=/bin/a{number}" for number in range(5)])

    assert found.account.read == 5


def test_a_trace_that_rsyslog_escaped_into_one_line_is_grouped_as_one(reduced: Run) -> None:
    found = reduced(["Nov 24 09:26:46 web1 app: it failed#012a.OrderException: x#012#011at a.B.c(B.java:1)"])

    assert found.summaries[0].template == "a.OrderException at a.B.c"
