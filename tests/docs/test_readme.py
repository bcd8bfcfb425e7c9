"""The README shows a real draft, a configuration that loads, and every connector that there is."""

import re
from importlib.metadata import entry_points
from pathlib import Path

from support.generated_docs import ROOT, holds

from pipeline.config import load
from pipeline.run import Draft

README = (ROOT / "README.md").read_text()
CONNECTORS = {point.name for point in entry_points(group="befell.connectors")}


def lines(draft: str, first: str, count: int) -> str:
    """So many lines of a draft, from the one that starts with `first` on."""
    start = draft.index(f"\n{first}") + 1
    return "\n".join(draft[start:].splitlines()[:count])


def test_the_excerpt_is_of_the_draft_that_the_example_gives(example: Draft) -> None:
    parts = (("| Milestone |", 7), ("- [ ] Customers:", 1), ("### Trigger candidates", 7))
    excerpt = "\n\n…\n\n".join(lines(example.text, first, count) for first, count in parts)
    assert holds("../README.md", "excerpt", f"```markdown\n{excerpt}\n```")


def test_the_configuration_loads(tmp_path: Path) -> None:
    found = re.search(r"<!-- config -->\n```yaml\n(.*?)```", README, re.DOTALL)
    assert found
    (tmp_path / "befell.yaml").write_text(found[1])
    config = load(tmp_path / "befell.yaml", {"PROM_TOKEN": "given"})
    assert {source.connector.kind for source in config.connectors} <= CONNECTORS


def test_every_connector_is_in_the_table_and_has_a_page() -> None:
    assert set(re.findall(r"(?m)^\| `(\w+)` \| .*\(docs/connectors/\1\.md\) \|$", README)) == CONNECTORS
    assert {page.stem for page in (ROOT / "docs" / "connectors").glob("[a-z]*.md")} == CONNECTORS


def test_exit_codes_are_those_of_the_command_line() -> None:
    rows = re.compile(r"(?m)^\| \d+ \| .*$")
    assert rows.findall(README.partition("## Exit codes")[2]) == rows.findall((ROOT / "docs" / "cli.md").read_text())
