"""Every command line in the documentation is one that befell, or make, understands."""

import re
import shlex
from pathlib import Path

import click
import pytest
from support.pages import PAGES, ROOT, code, name

from pipeline.cli.main import befell

TARGETS = set(re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text()))


def befell_lines(page: Path) -> list[list[str]]:
    """The words after `befell` of each command line, up to a pipe or a redirection."""
    lines = [piece for piece in code(page) if piece.startswith("befell ") and not piece.startswith("befell …")]
    return [shlex.split(re.split(r" [|>] ", line)[0])[1:] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_befell_understands_every_command_line(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for words in befell_lines(page):
        command, *rest = words
        if command.startswith("-"):
            assert command in ("--help", "--version")
            continue
        assert command in befell.commands, f"befell {command}: there is no such command"
        try:
            if rest:
                befell.commands[command].make_context(command, rest)
        except click.UsageError as problem:
            pytest.fail(f"befell {' '.join(words)}: {problem.format_message()}")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_has_every_target(page: Path) -> None:
    asked = {found[1] for piece in code(page) if (found := re.match(r"make (\w+)$", piece))}
    assert asked - TARGETS == set()


def test_every_command_is_documented() -> None:
    told = {words[0] for page in PAGES for words in befell_lines(page)}
    assert set(befell.commands) - told == set()
