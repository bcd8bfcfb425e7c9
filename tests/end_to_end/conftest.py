"""What the end-to-end tests share: a project of their own, and the recorded example."""

from pathlib import Path

import pytest
from projects import Project, small

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small incident, INC-7, in a fresh folder."""
    return small(tmp_path)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT
