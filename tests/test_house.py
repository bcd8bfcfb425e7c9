"""The rules of the house: layers, sizes, and names."""

import ast
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCT = sorted(path for room in ("pipeline", "connectors") for path in (ROOT / room).rglob("*.py"))


def test_imports_point_one_way():
    linted = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout


def test_files_are_small():
    sizes = {path: len(path.read_text().splitlines()) for path in PRODUCT}
    assert max(sizes.values()) <= 400, max(sizes, key=sizes.__getitem__)
    assert statistics.median(sizes.values()) <= 130


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_short_and_files_say_what_they_hold(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "a module begins with what it holds"
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    assert {node.name: size for node in functions if (size := (node.end_lineno or 0) - node.lineno + 1) > 50} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "pipeline" / "timeline").rglob("*.py")), ids=lambda path: path.name)
def test_pandas_stays_vectorised(path):
    text = path.read_text()
    assert not any(slow in text for slow in (".iterrows(", ".itertuples(", ".apply("))


def test_only_two_import_names_are_installed():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["pipeline", "connectors"]
    assert wheel["force-include"] == {"templates": "pipeline/templates"}
