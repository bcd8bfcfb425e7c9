"""docs/check.md has the rules, and shows what the command prints."""

import subprocess
import sys

import pytest
from support.generated_docs import ROOT, holds

from pipeline.check import RULES
from pipeline.cli.main import run


def test_every_rule_is_in_the_docs() -> None:
    lines = ["| rule | severity | what must hold |", "|---|---|---|"]
    lines += [f"| `{one.id}` | {one.level} | {one.about} |" for one in RULES]
    assert holds("check.md", "rules", "\n".join(lines))


@pytest.mark.parametrize(("name", "code"), [("good", 0), ("bad", 1)])
def test_the_output_of_the_docs_is_what_the_command_prints(
    name: str, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert run(["check", f"docs/check/{name}.md"]) == code
    shown = f"$ befell check docs/check/{name}.md\n{capfd.readouterr().out.rstrip()}"
    assert holds("check.md", name, f"```text\n{shown}\n```")


def test_the_figures_of_the_docs_are_those_of_the_bench() -> None:
    command = [sys.executable, "bench/blame.py"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.rstrip()
    assert holds("check.md", "blame", f"```text\n{printed}\n```")
