"""The wheel, installed in a fresh environment without development dependencies, drafts an incident."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UV = Path(sys.executable).with_name("uv")
# Everything that uv needs was fetched when this environment was made: the test itself stays off the network.
CLEAN = {name: os.environ[name] for name in ("PATH", "HOME", "UV_CACHE_DIR", "XDG_DATA_HOME") if name in os.environ} | {
    "UV_OFFLINE": "1"
}


def run(*command: object, cwd: Path = ROOT, env: Mapping[str, str] = CLEAN) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, env={**CLEAN, **env}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--wheel", "--quiet", "--python", sys.executable, "--out-dir", out)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_has_two_import_names_the_templates_and_the_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"pipeline", "connectors"}
    shipped = {name.removeprefix("pipeline/templates/") for name in names if name.startswith("pipeline/templates/")}
    assert shipped == {
        str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*") if path.is_file()
    }
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_a_fresh_install_drafts(wheel, tmp_path):
    fresh = {"UV_PROJECT_ENVIRONMENT": str(tmp_path / "env")}
    run(UV, "sync", "--quiet", "--locked", "--no-dev", "--no-install-project", "--python", sys.executable, env=fresh)
    python = tmp_path / "env" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel)
    installed = {line.split("==")[0] for line in run(UV, "pip", "freeze", "--python", python).splitlines()}
    assert not installed & {"pytest", "pyyaml", "hypothesis", "ruff", "mypy"}
    command = (python.with_name("befell"), "draft", "--incident-id", "INC-2041")
    config = ("--config", ROOT / "examples" / "checkout" / "config.yaml", "--output", "-")
    draft = run(*command, *config, cwd=tmp_path)
    assert "# Postmortem: INC-2041" in draft
    assert "<!doctype html>" in run(*command, *config, "--format", "html", cwd=tmp_path)
