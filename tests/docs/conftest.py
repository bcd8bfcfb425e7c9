"""The built-in example, drafted once for all tests of this folder."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from support.generated_docs import ROOT

from pipeline import run
from pipeline.config import load


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[run.Draft]:
    here = tmp_path_factory.mktemp("example")
    shutil.copytree(ROOT / "examples/checkout", here / "checkout", ignore=shutil.ignore_patterns(".befell"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(here / "cache"))
        config = load(here / "checkout/config.yaml", {})
        yield run.draft(run.gather("INC-2041", config, lambda: datetime.now(UTC)))
