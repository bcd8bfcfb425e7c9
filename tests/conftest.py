"""What all tests share: options, and a store of their own."""

import os
import shutil
import tempfile

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files from what the code gives now")


def pytest_configure(config: pytest.Config) -> None:
    """No test reads or writes the store of who runs it."""
    os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="befell-store-")
    config.add_cleanup(lambda: shutil.rmtree(os.environ["XDG_DATA_HOME"], ignore_errors=True))
