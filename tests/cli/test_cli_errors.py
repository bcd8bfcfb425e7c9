"""Whatever goes wrong is one redacted line and an exit code; `--help` stays quick."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import timeline as timeline_command

Befell = Callable[..., tuple[int, str, str]]
BEFELL = Path(sys.executable).with_name("befell")
START, END = ("--start", "2026-11-24T09:00Z"), ("--end", "2026-11-24T10:00Z")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["draft", "--from", "x"], "No such option"),
        (["drafts"], "No such command 'drafts'"),
        (["draft", "--format", "md"], "Which incident? Give --incident-id, or --start and --end."),
        (["draft", *START], "--start and --end go together."),
        (["draft", "--start", "2026-11-24T09:00", *END], "has no time zone. Write 2026-11-24T09:00Z for UTC, or an"),
        (["draft", "--start", "yesterday", *END], "Write it as 2026-11-24T09:41:00Z."),
        (["draft", "--start", "", *END], "Write it as 2026-11-24T09:41:00Z."),
        (["draft", "--start", "2026-11-24T11:00Z", *END], "2026-11-24T11:00:00Z is not before --end 2026-11-24T10:00"),
        (["draft", *START, *END, "--severity", "SEV-5"], "'SEV-5' is no severity. Write SEV-1, SEV-2, SEV-3 or SEV-4."),
        (["draft", *START, *END, "--severity", ""], "is no severity."),
        (["draft", "--incident-id", "INC-7", "--title", "x"], "describe an incident with --start and --end."),
        (["draft", "--from-snapshot", "x.gz", *START, *END], "--from-snapshot has its own window"),
        (["timeline", "--incident-id", "INC-7", "--format", "xml"], "'xml' is not one of"),
    ],
)
def test_wrong_usage_is_code_2_and_one_line(befell: Befell, words: list[str], expected: str) -> None:
    done = befell(*words)
    assert (done.code, done.out) == (2, "")
    assert expected in done.err and done.err.count("\n") == 1
    assert "--help'" in done.err


def test_an_unknown_incident_names_the_nearest(befell: Befell) -> None:
    done = befell("draft", "--incident-id", "INC-8")
    assert done.code == 1 and "Nearest: INC-7." in done.err and done.err.count("\n") == 1


def test_without_a_configuration_there_is_no_source(befell: Befell) -> None:
    Path("befell.yaml").unlink()
    done = befell("draft", *START, *END)
    assert done.code == 2 and "so there is no source to read" in done.err and "config.example.yaml" in done.err


def test_every_mistake_of_the_configuration_is_a_line(befell: Befell) -> None:
    Path("befell.yaml").write_text("connectors: [{use: fils}]\nrole: {}\n")
    done = befell("draft", "--incident-id", "INC-7")
    assert done.code == 2
    assert done.err.splitlines() == [
        'befell: befell.yaml:1: connectors[0].use: no such kind of connector. Did you mean "files"?',
        'befell: befell.yaml:2: role: unknown key. Did you mean "roles"?',
    ]


def test_a_snapshot_that_is_none(befell: Befell) -> None:
    for path, expected in (("befell.yaml", "is no snapshot, or is cut short"), ("nowhere.gz", "cannot be read")):
        done = befell("timeline", "--from-snapshot", path)
        assert done.code == 1 and f"befell: {path}: {expected}" in done.err


def test_what_stderr_says_is_redacted_and_cannot_drive_a_terminal(befell: Befell) -> None:
    secret = "password=hunter2hunter2"
    done = befell("draft", "--incident-id", f"\x1b[31m{secret}")
    assert done.code == 1 and "hunter2" not in done.err and "\x1b" not in done.err


def test_a_fault_is_one_line_and_a_traceback_only_on_demand(befell: Befell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_command, "emit", lambda _: 1 / 0)
    done = befell("timeline", "--incident-id", "INC-7")
    assert done.code == 1 and done.err.count("\n") == 1
    assert done.err.startswith("befell: a fault in befell: ZeroDivisionError: division by zero. BEFELL_DEBUG=1")
    monkeypatch.setenv("BEFELL_DEBUG", "1")
    assert "befell: Traceback" in befell("timeline", "--incident-id", "INC-7").err


def test_a_reader_that_goes_away_is_no_error_message(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    words = [BEFELL, "draft", "--incident-id", "INC-7", "--output", "-"]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, timeout=60)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_ctrl_c_is_one_line_and_130(folder: Path) -> None:
    program = """
import os, signal, threading
from pipeline import run
from pipeline.cli import main
run.gather = lambda *_: (os.kill(os.getpid(), signal.SIGINT), threading.Event().wait(30))
main()
"""
    words = [sys.executable, "-c", program, "draft", "--incident-id", "INC-7"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == "befell: Interrupted."


def test_help_and_version_import_nothing_heavy(folder: Path) -> None:
    program = """
import sys
from pipeline.cli.main import befell, run
for words in (["--help"], ["--version"], [], *([name, "--help"] for name in befell.commands)):
    run(words)
heavy = {"pandas", "numpy", "pydantic", "requests", "jinja2", "rich", "ruamel", "markdown_it"} & set(sys.modules)
print("heavy:", sorted(heavy))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"
    assert "befell 0." in done.stdout and "Usage: befell" in done.stdout + done.stderr
