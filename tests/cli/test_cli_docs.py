"""docs/cli.md says what `--help` says."""

import click
import pytest
from support.generated_docs import holds

from pipeline.cli.api_token import api_token
from pipeline.cli.evidence import evidence
from pipeline.cli.main import befell
from pipeline.cli.tables import COLUMNS
from pipeline.cli.templates import templates

INNER = [f"{group.name} {name}" for group in (api_token, evidence, templates) for name in sorted(group.commands)]


@pytest.mark.parametrize("name", ["befell", *sorted(befell.commands), *INNER])
def test_the_help_text_is_in_the_docs(name: str) -> None:
    context, command = click.Context(befell, info_name="befell", terminal_width=100), befell
    for word in name.split() if name != "befell" else ():
        command = command.commands[word]
        context = click.Context(command, info_name=word, parent=context, terminal_width=100)
    assert holds("cli.md", f"help {name}", f"```text\n{command.get_help(context)}\n```")


def test_every_column_is_in_the_docs() -> None:
    assert holds("cli.md", "columns", "`" + "`, `".join(COLUMNS) + "`")
