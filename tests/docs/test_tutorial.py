"""Every command of the tutorial runs, in the order of the page, ends as the page says and prints what it shows."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.cli.main import run

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"(?:<!-- (.+?) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)


class Step(NamedTuple):
    """One command with the lines that the page shows after it; `code` is what the last one of a block ends with."""

    command: str
    shown: list[str]
    code: int


class Text(NamedTuple):
    """A text that the reader writes into a file, in place of `old` or as the whole of it."""

    path: str
    old: str
    new: str


def page() -> Iterator[Step | Text]:
    for note, language, text in BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text()):
        if note.startswith("file "):
            yield Text(note.removeprefix("file "), "", text)
        elif note.startswith("in "):
            path, old = note.removeprefix("in ").split(" for: ")
            yield Text(path, old, text.rstrip("\n"))
        else:
            assert language == "console", f"a reader cannot tell what to do with: {text}"
            yield from steps(text, int(note.removeprefix("exit ")) if note else 0)


def steps(text: str, code: int) -> Iterator[Step]:
    parts = re.split(r"(?m)^\$ ", text)
    assert not parts[0], f"output without a command: {parts[0]}"
    for number, part in enumerate(parts[1:], start=2):
        command, *shown = part.splitlines()
        yield Step(command, [line for line in shown if line != "…"], code if number == len(parts) else 0)


def words(text: str) -> str:
    return " ".join(text.split())


def test_every_command_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "befell" / "examples", ignore=shutil.ignore_patterns(".befell"))
    monkeypatch.chdir(tmp_path / "befell")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for step in page():
        if isinstance(step, Text):
            path = Path(step.path)
            before = path.read_text() if step.old else ""
            assert before.count(step.old) == 1 or not step.old, f"{step.path} has no {step.old!r}"
            path.write_text(before.replace(step.old, step.new) if step.old else step.new)
        elif step.command.startswith("cd "):
            monkeypatch.chdir(step.command.removeprefix("cd "))
        else:
            code, out = result(step.command, capfdbinary)
            assert code == step.code, f"{step.command}: {out}"
            for line in step.shown:
                assert words(line) in words(out), f"{step.command}: shows no {line!r} but:\n{out}"


def result(command: str, capture: pytest.CaptureFixture[bytes]) -> tuple[int, str]:
    """Exit code and output of one line: befell in this process, anything else by the shell."""
    if not command.startswith("befell "):
        done = subprocess.run(command, shell=True, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()
    line, _, into = command.partition(" > ")
    capture.readouterr()
    code = run(shlex.split(line)[1:])
    out, err = capture.readouterr()
    if into:
        Path(into).write_bytes(out)
    return code, (out + err).decode()
