"""`befell connectors new`: what it writes works, here and in a package of somebody else."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from support.generated_docs import ROOT

from pipeline.cli.main import run
from pipeline.errors import UsageError
from pipeline.scaffold import create


def pytest_in(folder: Path, *more: Path) -> subprocess.CompletedProcess[str]:
    """pytest in that folder, nothing installed but befell; `more` folders are imported from."""
    path = os.pathsep.join(map(str, (folder, ROOT, *more)))
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return subprocess.run(words, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)


def test_a_package_of_its_own_passes_its_tests(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert run(["connectors", "new", "status_board"]) == 0
    folder = tmp_path / "befell-status-board"
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert written == ["README.md", "befell_status_board.py", "pyproject.toml", "tests/test_status_board_connector.py"]
    printed = capfd.readouterr().out
    assert [name for name in written if f"befell-status-board/{name}\n" not in printed] == []
    done = pytest_in(folder)
    assert done.returncode == 0 and "13 passed" in done.stdout, done.stdout + done.stderr


def test_its_entry_point_names_its_class(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    create("ticker", tmp_path)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text())["project"]
    points = project["entry-points"]["befell.connectors"]
    module, _, name = points["ticker"].partition(":")
    found = getattr(__import__(module), name)
    assert list(points) == [found.kind] and found.needs and found.limits


def test_its_page_shows_a_configuration_that_is_right_and_every_setting(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    create("ticking", tmp_path)
    page = (tmp_path / "README.md").read_text()
    (shown,) = YAML(typ="safe").load(page.split("```yaml\n")[1].split("```")[0])["connectors"]
    settings = __import__("befell_ticking").TickingConnector.Settings
    settings.model_validate(shown)
    assert [name for name in settings.model_fields if f"`{name}`" not in page] == ["use", "name"]


def test_within_befell_it_goes_where_connectors_are(tmp_path):
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "connectors").mkdir()
    for name in ("pyproject.toml", "pipeline/connector.py", "connectors/__init__.py"):
        (tmp_path / name).touch()
    made = create("ticker", tmp_path)
    assert [str(path.relative_to(tmp_path)) for path in made.files] == [
        "connectors/ticker.py", "tests/ticker/test_ticker_connector.py", "tests/ticker/test_ticker_contract.py",
        "docs/connectors/ticker.md",
    ]  # fmt: skip
    assert 'ticker = "connectors.ticker:TickerConnector"' in made.next_steps
    (tmp_path / "pipeline" / "connector.py").unlink()  # only there so that the folder looks like befell
    (tmp_path / "pipeline").rmdir()
    done = pytest_in(tmp_path, ROOT / "tests", ROOT / "tests" / "support")
    assert done.returncode == 0 and "passed" in done.stdout, done.stdout + done.stderr


def test_what_it_writes_keeps_the_house_rules(tmp_path):
    create("ticker", tmp_path)
    config = ["--config", str(ROOT / "pyproject.toml")]
    for check in (["check", "--ignore", "I001", *config], ["format", "--check", *config]):
        done = subprocess.run([Path(sys.executable).with_name("ruff"), *check, "."], cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stdout.decode()


def test_nothing_is_overwritten(tmp_path):
    create("ticker", tmp_path)
    with pytest.raises(UsageError, match=r"pyproject.toml: is there already\."):
        create("ticker", tmp_path)


@pytest.mark.parametrize("name", ["Ticker", "9lives", "../evil", "class", "a-b", ""])
def test_a_name_that_will_not_do_is_refused(name, tmp_path):
    with pytest.raises(UsageError, match="Begin with a small letter"):
        create(name, tmp_path)
    assert not list(tmp_path.iterdir())
