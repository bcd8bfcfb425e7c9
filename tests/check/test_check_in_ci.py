"""The hook for pre-commit and the action for GitHub: they parse, and what they run is there and does what it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.cli.main import befell

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hook_names_a_command_that_exists() -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    program, command, *options = shlex.split(hook["entry"])
    assert program == "befell"
    assert command in befell.commands
    assert {f"--{name}" for name in options} <= {word for one in befell.commands[command].params for word in one.opts}
    assert {"id", "name", "entry", "language"} <= set(hook)


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("postmortems/INC-7.md", True),
        ("docs/postmortems/INC-7.md", True),
        ("postmortems/INC-7.conflicts.md", False),
        ("postmortems/INC-7.new.md", False),
        ("README.md", False),
    ],
)
def test_the_hook_takes_drafts_and_nothing_beside_them(path: str, taken: bool) -> None:
    (hook,) = read(".pre-commit-hooks.yaml")
    assert bool(re.search(hook["files"], path) and not re.search(hook["exclude"], path)) == taken


def test_the_action_uses_every_input_and_none_that_is_not_there() -> None:
    action = read("action.yml")
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(action["inputs"])
    assert action["runs"]["using"] == "composite"
    steps = action["runs"]["steps"]
    assert all(("uses" in step) != ("run" in step) and ("shell" in step) == ("run" in step) for step in steps)
    assert not any("${{" in step.get("run", "") for step in steps)


def run_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The last step of the action, as a runner runs it, with this befell in the place of an installed one."""
    action = read("action.yml")
    step = action["runs"]["steps"][-1]
    chosen = {name: inputs.get(name, one["default"]) for name, one in action["inputs"].items()}
    names = {name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: chosen[found[1]], text)
             for name, text in step["env"].items()}  # fmt: skip
    (folder / "befell").mkdir(exist_ok=True)
    if not (folder / "befell/bin").exists():
        (folder / "befell/bin").symlink_to(Path(sys.executable).parent)
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder, env={**os.environ, **names, "RUNNER_TEMP": str(folder)}, capture_output=True, text=True,
    )  # fmt: skip


def test_the_action_annotates_the_change_and_fails_on_errors(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs/check", tmp_path / "postmortems")
    done = run_action(tmp_path, sarif="found.sarif")
    assert done.returncode == 1, done.stderr
    assert "::error file=postmortems/bad.md,line=" in done.stdout
    assert (tmp_path / "found.sarif").read_text().startswith("{")
    (tmp_path / "postmortems/bad.md").unlink()
    assert run_action(tmp_path, level="hint").returncode == 0


def test_an_input_is_never_run_as_a_command(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs/check", tmp_path / "post mortems")
    done = run_action(
        tmp_path, drafts='post mortems/good.md\n$(touch hurt)"; touch hurt; "', rules="secret=off\n$(touch hurt)=off"
    )
    assert done.returncode == 2
    assert not (tmp_path / "hurt").exists()
