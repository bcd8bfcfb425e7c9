"""docs/cli.md says what `--help` says."""

import click
import pytest
from support.generated_docs import holds

from pipeline.cli.main import befell
from pipeline.cli.tables import COLUMNS


@pytest.mark.parametrize("name", ["befell", *sorted(befell.commands)])
def test_the_help_text_is_in_the_docs(name: str) -> None:
    command = befell.commands.get(name, befell)
    root = click.Context(befell, info_name="befell", terminal_width=100)
    context = root if command is befell else click.Context(command, info_name=name, parent=root, terminal_width=100)
    assert holds("cli.md", f"help {name}", f"```text\n{command.get_help(context)}\n```")


def test_every_column_is_in_the_docs() -> None:
    assert holds("cli.md", "columns", "`" + "`, `".join(COLUMNS) + "`")
