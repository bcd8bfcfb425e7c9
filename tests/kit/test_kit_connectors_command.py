"""`befell connectors` and the page "Which connector do I need": registered, listed and documented are the same set."""

import json
import re

import click
import pytest
from support.generated_docs import ROOT, holds

from pipeline.cli.main import befell, run
from pipeline.config.sources import connector_class, registered
from pipeline.connector import signals

PAGES = ROOT / "docs" / "connectors"
KINDS = sorted(registered())


def listed(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert run(["connectors", "--format", "json"]) == 0
    found: list[dict[str, object]] = json.loads(capfd.readouterr().out)
    return found


def row(kind: str) -> str:
    found = connector_class(kind)
    limits = "; ".join(found.limits)
    return f"| [{kind}]({kind}.md) | {found.__doc__} | {', '.join(signals(found))} | {found.needs} | {limits} |"


def test_registered_listed_and_documented_are_the_same_set(capfd):
    pages = sorted(path.stem for path in PAGES.glob("*.md") if path.name != "README.md")
    modules = sorted(path.stem for path in (ROOT / "connectors").iterdir() if not path.name.startswith(("_", ".")))
    assert [one["kind"] for one in listed(capfd)] == KINDS == pages == modules


def test_the_table_is_in_the_docs():
    head = (
        "| source | what it is | gives | needs | limits that end in whole data or a notice |\n|---|---|---|---|---|\n"
    )
    assert holds("connectors/README.md", "connectors", head + "\n".join(map(row, KINDS)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_connector_says_what_it_is_needs_and_handles(kind, capfd):
    (found,) = (one for one in listed(capfd) if one["kind"] == kind)
    assert all(found[part] for part in ("about", "gives", "needs", "limits"))
    assert len(connector_class(kind).__doc__ or "") <= 120, "one short line"


@pytest.mark.parametrize("kind", KINDS)
def test_every_limit_and_how_it_ends_is_on_the_page_of_the_connector(kind):
    """In its own words; the page has at least a heading for limits."""
    page = (PAGES / f"{kind}.md").read_text().lower()
    assert "limit" in page or "gap" in page


def test_the_list_reads_well(capfd):
    assert run(["connectors"]) == 0
    told = capfd.readouterr().out
    assert re.search(
        r"^prometheus: Alert episodes .*\n  gives   events, series\n  needs   read access", told, re.MULTILINE
    )


def test_a_connector_whose_package_is_missing_says_so(monkeypatch, capfd):
    def missing(kind: str) -> None:
        raise ModuleNotFoundError("no", name="botocore")

    monkeypatch.setattr("pipeline.config.sources.connector_class", missing)
    assert {one["about"] for one in listed(capfd)} == {"needs botocore, which is not installed."}


def test_the_help_of_new_is_in_the_docs():
    root = click.Context(befell, info_name="befell", terminal_width=100)
    group = click.Context(befell.commands["connectors"], info_name="connectors", parent=root, terminal_width=100)
    command = befell.commands["connectors"].commands["new"]
    context = click.Context(command, info_name="new", parent=group, terminal_width=100)
    assert holds("cli.md", "help connectors new", f"```text\n{command.get_help(context)}\n```")
