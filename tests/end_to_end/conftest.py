"""What the end-to-end tests share: a project of their own, and befell run in it without the cost of a new process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from projects import Done, Project, small

from pipeline.cli.main import run


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small incident, INC-7, in a fresh folder."""
    return small(tmp_path)


@pytest.fixture
def root() -> Path:
    """The repository."""
    return Path(__file__).parents[2]


@pytest.fixture
def befell(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Done]:
    """Run a command line in the project, in this process."""
    monkeypatch.chdir(project.folder)

    def befell(*words: str) -> Done:
        code = run(words)
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(), err.decode())

    return befell
