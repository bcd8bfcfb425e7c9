"""docs/architecture.md names every part of the product, and the layers as they are held."""

import tomllib

from support.generated_docs import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()


def test_every_module_and_package_is_named() -> None:
    for room in ("pipeline", "connectors"):
        for path in (ROOT / room).iterdir():
            if path.name.startswith("__"):
                continue
            shown = f"`{room}/{path.name}{'/' if path.is_dir() else ''}`"
            assert f"| {shown} |" in PAGE, f"{shown} is not in the map"


def test_every_rule_file_of_the_milestones_is_named() -> None:
    for path in (ROOT / "pipeline" / "timeline" / "milestones").glob("*.py"):
        assert f"`pipeline/timeline/milestones/{path.name}`" in PAGE


def test_the_layers_are_those_that_are_held() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (one["layers"] for one in contracts if one["type"] == "layers")
    told = [line.split() for line in PAGE.splitlines() if line.startswith("    pipeline.")]
    assert told == [layer.replace("|", " ").split() for layer in layers]
