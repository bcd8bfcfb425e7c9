"""A service of the tests, in a folder of its own."""

from pathlib import Path

import pytest
from support.followed import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service(tmp_path)
    made.write("events.jsonl", "")
    return made
