"""Bad input ends in one clear line or in a notice within a draft, and the books balance: nothing is lost in silence."""

import gzip
import re
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from projects import BEFELL, DAY, EVENTS, Done, Project, books
from servers import serving

Befell = Callable[..., Done]
DRAFT = ("draft", "--incident-id", "INC-7")
EVENTS_SOURCE = {"name": "events", "events": "events*.jsonl", "incidents": "incidents.json"}


def drafted(befell: Befell, project: Project, code: int = 0) -> str:
    """The text of the draft; what befell printed is its path and nothing else."""
    done = befell(*DRAFT)
    assert done == Done(code, "postmortems/INC-7.md\n", "")
    return (project.folder / "postmortems/INC-7.md").read_text()


def one_line(done: Done, code: int, *said: str) -> None:
    assert (done.code, done.out) == (code, "") and done.err.count("\n") == 1, done
    for text in said:
        assert text in done.err


# The incident


def test_an_unknown_incident_is_told_with_the_nearest_that_is_known(befell: Befell) -> None:
    one_line(befell("draft", "--incident-id", "INC-71"), 1, "'INC-71' was not found", "Nearest: INC-7.")


@pytest.mark.parametrize("incident_id", ["a/b", "../../INC-7", "INC 7", "インシデント", "x" * 3000, "-"])
def test_an_id_of_any_shape_is_told_in_one_line_and_leaves_no_file(
    befell: Befell, project: Project, incident_id: str
) -> None:
    before = sorted(project.folder.rglob("*"))
    one_line(befell("draft", f"--incident-id={incident_id}"), 1, "was not found")
    assert sorted(project.folder.rglob("*")) == before


def test_without_the_key_incidents_only_sources_with_incidents_are_asked(befell: Befell, project: Project) -> None:
    project.configure(EVENTS_SOURCE, {"name": "web", "logs": [{"path": "web.log"}]})
    one_line(befell("draft", "--incident-id", "INC-9"), 1, "Nearest: INC-7.")
    assert "web" not in befell("draft", "--incident-id", "INC-9").err
    project.configure({"name": "web", "logs": [{"path": "web.log"}]})
    one_line(befell(*DRAFT), 1, "no configured connector knows incidents.", "--start, --end and --title")
    project.configure(EVENTS_SOURCE, {"name": "web", "logs": [{"path": "web.log"}]}, incidents={"from": "web"})
    one_line(befell(*DRAFT), 2, "incidents.from: this connector knows no incidents. Those that do: events.")


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ({}, "has neither a window nor an opening time. Give both --start and --end."),
        ({"window": {"start": f"{DAY}09:00:00Z", "end": f"{DAY}09:00:00Z"}}, "window: ends before it starts"),
        ({"window": {"start": f"{DAY}10:00:00Z", "end": f"{DAY}09:00:00Z"}}, "window: ends before it starts"),
        ({"opened_at": f"{DAY}10:00:00Z", "resolved_at": f"{DAY}09:00:00Z"}, "resolved_at: is before opened_at."),
        ({"opened_at": f"{DAY}09:00:00"}, "opened_at: '2026-11-24T09:00:00' has no time zone: add Z or an offset."),
        ({"opened_at": "2026-02-30T09:00:00Z"}, "opened_at: '2026-02-30T09:00:00Z' is no possible time"),
        ({"opened_at": "2150-01-01T00:00:00Z"}, "is empty: 2149-12-31T23:30:00Z to"),
        ({"window": {"start": "2150-01-01T00:00:00Z", "end": "2150-01-02T00:00:00Z"}}, "is empty: 2150-01-01"),
    ],
)
def test_an_incident_whose_times_cannot_be_used(befell: Befell, project: Project, times: Any, said: str) -> None:
    project.write("incidents.json", [{"id": "INC-7", "title": "Checkout fails", **times}])
    one_line(befell(*DRAFT), 1, said)


def test_without_any_incident_source_the_options_describe_the_incident(befell: Befell, project: Project) -> None:
    project.configure({"name": "events", "events": "events.jsonl"})
    window = ("--start", f"{DAY}09:00Z", "--end", f"{DAY}12:30+02:00")
    words = ("--title", "Checkout fails", "--severity", "P1", "--service", "checkout", "--service", "web")
    done = befell("draft", *window, *words)
    assert done == Done(0, "postmortems/2026-11-24-0900-checkout-fails.md\n", "")
    text = (project.folder / done.out.strip()).read_text()
    for said in ("SEV-1 (critical", "Checkout fails", "checkout, web", "09:00:00 UTC to 2026-11-24 10:30:00 UTC"):
        assert said in text
    assert books(text)["events"]["Shown"] == 4


# The configuration


def test_no_configuration_and_a_broken_one(befell: Befell, project: Project) -> None:
    (project.folder / "befell.yaml").unlink()
    one_line(befell(*DRAFT), 2, "no configuration: neither ./befell.yaml nor ./config.yaml", "config.example.yaml")
    project.write("befell.yaml", "connectors:\n\t- use: files\n")
    one_line(befell(*DRAFT), 2, "befell.yaml:2: found character '\\t'")
    project.write("befell.yaml", "connectors:\n  - use: files\n    evnts: a.jsonl\n")
    one_line(befell(*DRAFT), 2, 'befell.yaml:3: connectors[0].evnts: unknown key. Did you mean "events"?')
    project.write("befell.yaml", "connectors:\n  - {use: files\n")
    one_line(befell(*DRAFT), 2, "befell.yaml:")
    project.write("befell.yaml", b"\x00\xff\xfe")
    one_line(befell(*DRAFT), 2, "befell.yaml: is not UTF-8 text.")


# Sources that fail


def test_a_server_that_refuses_and_one_that_hangs_are_notices_in_a_draft(befell: Befell, project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never answers
        hanging = f"http://127.0.0.1:{silent.getsockname()[1]}"
        project.configure(
            EVENTS_SOURCE,
            {"use": "prometheus", "name": "refused", "url": "http://127.0.0.1:1", "time_limit": 2},
            {"use": "prometheus", "name": "hanging", "url": hanging, "time_limit": 1},
        )
        text = drafted(befell, project, code=3)
    assert "- refused, failed (evidence is missing)" in text and "- hanging, " in text
    assert "Deploy checkout 4.2" in text and books(text)["events"]["Read"] == 5


def test_a_server_whose_clock_is_ten_minutes_off_is_told(befell: Befell, project: Project) -> None:
    def late(handler: BaseHTTPRequestHandler) -> None:
        body = b'{"status": "success", "data": {"resultType": "matrix", "result": []}}'
        handler.send_response_only(200)
        handler.send_header("Date", formatdate(time.time() - 600, usegmt=True))
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with serving(late) as address:
        project.configure(EVENTS_SOURCE, {"use": "prometheus", "name": "prod", "url": address})
        text = drafted(befell, project, code=befell(*DRAFT).code)
    (notice,) = [line for line in text.splitlines() if line.startswith("- prod, ") and "clock" in line]
    assert re.search(r" 60\d s behind this machine's", notice)


def test_a_window_in_which_nothing_happened(befell: Befell, project: Project) -> None:
    project.write("events.jsonl", [{**EVENTS[0], "time": "2020-01-01T00:00:00Z"}])
    text = drafted(befell, project)
    assert "events, empty: No records in the window." in text and "Nothing in the evidence belongs" in text
    assert books(text)["events"]["Outside window"] == 1


# Files that are broken


def broken_logs() -> Iterator[Any]:
    good = "".join(f"{DAY}09:31:{n:02}Z ERROR payment refused for order {n}\n" for n in range(60)).encode()
    yield pytest.param("noise.log", bytes(range(256)) * 400, 3, 0, id="random bytes")
    yield pytest.param(
        "long.log", good + f"{DAY}09:32:00Z ERROR ".encode() + b"x" * 10_000_000 + b"\n", 0, 61, id="10 MB line"
    )
    yield pytest.param("cut.log.gz", gzip.compress(good * 40)[:-30], 3, 60, id="truncated gzip")
    yield pytest.param("empty.log", b"", 0, 0, id="empty")
    yield pytest.param("nul.log", good + b"\0" * 5000 + good, 0, 120, id="NUL bytes")


@pytest.mark.parametrize(("name", "content", "code", "at_least"), list(broken_logs()))
def test_a_broken_log_leaves_what_could_be_read_and_says_so(
    befell: Befell, project: Project, name: str, content: bytes, code: int, at_least: int
) -> None:
    project.write(name, content)
    project.configure(EVENTS_SOURCE, {"name": "logs", "logs": [{"path": name, "service": "checkout"}]})
    text = drafted(befell, project, code)
    assert books(text)["logs"]["Summarised"] >= at_least
    assert "Deploy checkout 4.2" in text
    assert "- logs, " in text.split("## Data sources")[1] or name == "long.log"


def test_events_without_time_with_impossible_times_and_of_no_kind_are_rejected_one_by_one(
    befell: Befell, project: Project
) -> None:
    bad = [{"kind": "alert", "title": "no time"}, "words", 7, None, {}, {"time": f"{DAY}09:31:00Z", "title": "no kind"}]
    bad += [{"time": f"{DAY}09:31:00Z", "kind": "alert", "title": 3 * ["x"]}]
    times = ("2026-02-30T00:00:00Z", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 1e300, -1, True, [1])
    bad += [{"time": value, "kind": "alert", "title": "t"} for value in times]
    project.write("events.jsonl", [*EVENTS, *bad])
    with (project.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"time": "2026-11-24T09:31:00Z", "kind"\n\xff\xfe{}\n' + b"[" * 100_000 + b"\n")
    account = books(text := drafted(befell, project, code=3))["events"]
    assert (account["Parsed"], account["Rejected"]) == (5, len(bad) + 3)
    assert f"{len(bad) + 3} of {len(bad) + 8} records rejected, the first: events.jsonl:6: time: missing." in text


def test_a_time_without_zone_is_read_as_utc_and_said_so_until_its_zone_is_stated(
    befell: Befell, project: Project
) -> None:
    project.write("events.jsonl", [{**EVENTS[0], "time": "2026-11-24 09:26"}])
    text = drafted(befell, project)
    assert "1 times state no zone and were read as UTC" in text and "| 09:26 |" in text
    project.configure({**EVENTS_SOURCE, "events": [{"path": "events.jsonl", "zone": "Europe/Berlin"}]})
    project.write("events.jsonl", [{**EVENTS[0], "time": "2026-11-24 10:26"}])
    text = drafted(befell, project)
    assert "state no zone" not in text and "| 09:26 |" in text


def test_a_clock_that_is_off_is_corrected_and_told(befell: Befell, project: Project) -> None:
    project.configure({**EVENTS_SOURCE, "clock_offset": "10m"})
    text = drafted(befell, project)
    assert "its clock is set as 600 s ahead; its times are corrected" in text
    assert "| 09:16:00 |" in text and "| 09:26:00 |" not in text.split("## Full timeline")[0]


def test_ids_that_come_again_in_another_file_hide_nothing(befell: Befell, project: Project) -> None:
    """Two files that both count from 1; a record that is in both is one, and still accounted for."""
    again = [{**EVENTS[0], "id": "d1", "title": "Deploy web 7", "service": "web", "time": f"{DAY}09:20:00Z"}, EVENTS[2]]
    project.write("events-2.jsonl", again)
    project.configure(EVENTS_SOURCE)
    account = books(text := drafted(befell, project))["events"]
    assert "Deploy web 7" in text.split("## Evidence")[1] and "Deploy checkout 4.2" in text.split("## Evidence")[1]
    assert account["Read"] == 7 and account["Merged"] >= 2


@pytest.mark.parametrize("number", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_a_flood_of_events_in_one_second(project: Project, befell: Befell, number: int) -> None:
    one = f'"time": "{DAY}09:31:00Z", "kind": "alert", "service": "checkout"'
    lines = "".join(f'{{{one}, "id": "{n}", "title": "Errors high on web-{n % 50}"}}\n' for n in range(number))
    project.write("events.jsonl", lines)
    account = books(drafted(befell, project))["events"]
    assert account["Read"] == number and account["Shown"] == 50


# The disk, and being told to stop


def command(project: Project, *words: str, **more: Any) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [BEFELL, *words], cwd=project.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
    )


def left_over(project: Project) -> list[str]:
    return [path.name for path in project.folder.rglob("*") if path.name.endswith(".part")]


def test_a_disk_that_is_full_leaves_nothing_half_written(project: Project) -> None:
    """A limit on the size of files refuses a write in the middle of it, as a full disk does."""
    project.run(*DRAFT)
    draft = project.folder / "postmortems/INC-7.md"
    whole = draft.read_bytes()
    project.write("events.jsonl", [*EVENTS, {**EVENTS[2], "id": "m2", "title": "One more"}])
    limit = 4_000  # bytes: the snapshot fits, the draft does not
    full = command(project, *DRAFT, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    out, err = full.communicate(timeout=60)
    store, draft_line = err.splitlines()
    assert (full.returncode, out) == (1, "") and "store" in store and "cannot be used" in store
    assert "postmortems/INC-7.md: File too large." in draft_line
    assert draft.read_bytes() == whole and left_over(project) == []


def test_a_state_folder_that_cannot_be_written_is_one_line(befell: Befell, project: Project) -> None:
    project.write(".befell", "a file")
    one_line(befell(*DRAFT), 1, ".befell", "Check the path and its permissions.")
    assert not (project.folder / "postmortems").exists()


def test_an_edited_draft_is_never_overwritten(befell: Befell, project: Project) -> None:
    text = drafted(befell, project)
    edited = project.write("postmortems/INC-7.md", text.replace("_Answer:_", "_Answer:_ about 300 customers"))
    kept = edited.read_bytes()
    done = befell(*DRAFT)
    assert (done.code, done.out, done.err) == (0, "postmortems/INC-7.md\n", "") and edited.read_bytes() == kept
    project.write("postmortems/INC-7.md", "My own file.\n")
    one_line(befell(*DRAFT), 1, "postmortems/INC-7.md: befell did not write this file", "--output")
    assert edited.read_text() == "My own file.\n"


@pytest.mark.parametrize(("sign", "code", "said"), [("SIGINT", 130, "befell: Interrupted.\n"), ("SIGTERM", 143, "")])
def test_ctrl_c_and_sigterm_leave_no_partial_file(project: Project, sign: str, code: int, said: str) -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        project.configure(EVENTS_SOURCE, {"use": "prometheus", "name": "prod", "url": address})
        running = command(project, *DRAFT)
        asked.append(silent.accept())  # it is in the middle of collecting now
        running.send_signal(getattr(signal, sign))
        out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err.lstrip("\n")) == (code, "", said)
    assert not (project.folder / "postmortems").exists() and not (project.folder / ".befell").exists()


def test_help_loads_nothing_that_takes_long() -> None:
    """Quick by what is loaded, not by a stopwatch: neither pandas nor a parser, a client or a template engine."""
    script = (
        "import sys; from pipeline.cli.main import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([BEFELL.with_name("python"), "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.strip("[]\n' ").split("', '")}
    assert done.stdout.startswith("Usage: befell") and {"click", "pipeline"} <= loaded
    slow = {"pandas", "numpy", "pydantic", "requests", "urllib3", "jinja2", "rich", "ruamel", "markdown_it"}
    assert loaded & (slow | {"zstandard", "asyncio", "concurrent", "http", "connectors"}) == set()
    assert len(loaded) < 120
