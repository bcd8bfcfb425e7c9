"""`befell check`."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import dumped, near
from pipeline.cli.session import Session, emit, printable
from pipeline.errors import BefellError, UsageError

if TYPE_CHECKING:
    from pipeline.check import Finding, Kept, Page
    from pipeline.config import Checking

_FILE = click.Path(dir_okay=False, path_type=Path)


def _rule(_ctx: click.Context, _param: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, equals, _ in pairs:
        if not equals:
            raise click.BadParameter(f"{name!r} names no severity. Write {name}=off, or hint, warning, error.")
    return {name.strip(): level.strip() for name, _, level in pairs}


@click.command(no_args_is_help=True)
@click.argument("drafts", nargs=-1, required=True, metavar="DRAFT...", type=click.Path(exists=True, path_type=Path))
@click.option("--config", type=_FILE, help="Configuration.  [default: ./befell.yaml, ./config.yaml, else none]")
@click.option(
    "--snapshot", metavar="FILE|HASH", help="The evidence to check references with.  [default: what the store has]"
)
@click.option(
    "--rule", "rules", multiple=True, metavar="NAME=SEVERITY", callback=_rule,
    help="Severity of a rule: off, hint, warning or error; may be repeated.",
)  # fmt: skip
@click.option(
    "--level", type=click.Choice(["hint", "warning", "error"]), help="The least severity to fail at.  [default: error]"
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True,
    help="What to print.",
)  # fmt: skip
@click.pass_obj
def check(
    session: Session, drafts: tuple[Path, ...], config: Path | None, snapshot: str | None, rules: dict[str, str],
    level: str | None, form: str,
) -> int:  # fmt: skip
    """Say what is left to do in drafts before they are published, line by line.

    Sections, action items, five whys, severity, milestones, references, prompts, blaming words, names and secrets.
    DRAFT is a file in Markdown, or a folder of them. Exit codes: 0 no finding at or above the level, 1 findings, 2
    usage or configuration.
    """
    from pipeline.check import LEVELS, Page, chosen, findings
    from pipeline.redact import OwnRule, Redactor

    path, keys = _keys(config)
    chosen(rules, "--rule")
    levels = chosen({**keys.check.rules, **rules}, f"{path}: check.rules")
    files = _files(drafts)
    kept = _kept(session, snapshot, keys)
    own = [OwnRule(one.name, one.pattern) for one in keys.redaction.rules]
    found: list[Finding] = []
    for file in files:
        page = Page(_text(file), people=keys.roles, redactor=Redactor(own), templates=keys.templates)
        page.kept = kept(page)
        found += findings(page, str(near(file)), levels)
    emit(_printed(form, found, [str(near(file)) for file in files], levels))
    least = LEVELS.index(level or keys.check.level)
    return 1 if any(LEVELS.index(one.level) >= least for one in found) else 0


def _keys(named: Path | None) -> tuple[Path, "Checking"]:
    from pipeline.config import Checking, checking, find

    try:
        path = find(named)
    except UsageError:
        return Path(), Checking()
    return path, checking(path, os.environ)


def _files(named: Sequence[Path]) -> list[Path]:
    """The files, and the drafts in folders; what befell writes beside a draft is none."""
    found: dict[Path, None] = {}
    for path in named:
        if path.is_dir():
            inside = (one for one in sorted(path.rglob("*.md")) if "\nbefell:" in _text(one)[:2000])
            found |= dict.fromkeys(one for one in inside if not one.stem.endswith((".new", ".conflicts")))
        else:
            found[path] = None
    if not found:
        raise UsageError("no draft is there.", where=str(named[0]), fix="Name a draft, or the folder that has them.")
    return list(found)


def _text(file: Path) -> str:
    from pipeline import run
    from pipeline.draft.document import is_html

    try:
        text = run.content(file).decode()
    except UnicodeDecodeError:
        raise UsageError("is not UTF-8.", where=str(file), fix="Save it as UTF-8.") from None
    if is_html(text):
        raise UsageError("is a page, not Markdown.", where=str(file), fix="Check the draft that it was made of.")
    return text


def _kept(session: Session, snapshot: str | None, keys: "Checking") -> Callable[["Page"], "Kept | None"]:
    """What tells the evidence of a draft: the snapshot that was named, else the store where it knows the draft."""
    from pipeline import snapshot as snapshots
    from pipeline.check.kept import of_snapshot, of_store, opened
    from pipeline.store import StoreError

    try:
        if snapshot:
            evidence = snapshots.load(*dumped(session, snapshot))
            return lambda page: of_snapshot(evidence, page)
        store = opened(keys.store)
    except StoreError as problem:
        session.say(f"store {problem} References are checked with the lists of the drafts alone.")
        store = None
    except BefellError as problem:
        raise UsageError(problem.what, where=problem.where, fix=problem.fix) from None
    return lambda page: of_store(store, page) if store else None


def _printed(form: str, found: "Sequence[Finding]", files: Sequence[str], levels: dict[str, str]) -> str:
    from pipeline.check import RULES, formats, sarif

    if form == "json":
        return formats.as_json(found, files)
    if form == "github":
        return formats.as_github(found)
    if form == "sarif":
        from importlib.metadata import version

        return sarif.as_sarif(found, RULES, levels, version("befell"))
    return "".join(f"{printable(line)}\n" for line in formats.as_text(found, len(files)).splitlines())
