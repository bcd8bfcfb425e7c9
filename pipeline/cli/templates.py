"""`befell templates`: the templates of drafts, and a copy of them to change."""

from pathlib import Path

import click

from pipeline.cli.session import Session, emit

_CONFIG = click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration.  [default: ./befell.yaml, ./config.yaml]",
)  # fmt: skip


@click.group(no_args_is_help=True)
def templates() -> None:
    """List the templates of drafts, and write them out to change them."""


@templates.command("list")
@_CONFIG
@click.pass_obj
def list_(session: Session, config: Path | None) -> None:
    """List the templates, and where each comes from.

    A file in the folder `templates` of the configuration goes before the shipped one of the same name.
    """
    from pipeline.draft.templates import names, shipped

    found = session.load(config, needed=config is not None)
    folder = found.own_templates if found else None
    own = set(names(folder)) if folder else set()
    ours = names(shipped())
    for name in sorted({*ours, *own}):
        where = (
            "shipped" if name not in own else f"{folder}" if name in ours else f"{folder}, used by your templates only"
        )
        emit(f"{name:30}  {where}\n")


@templates.command()
@click.argument("folder", metavar="[DIR]", default="templates", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--only",
    "wanted",
    multiple=True,
    metavar="NAME",
    help="This template alone; may be repeated. `list` has the names.",
)
def eject(folder: Path, wanted: tuple[str, ...]) -> None:
    """Write the shipped templates into DIR (templates), to be changed there.

    Prints each file that it wrote; none is overwritten. `templates: DIR` in the configuration makes drafts use them:
    keep the files that you change and delete the others, so that those go on being the shipped ones.
    """
    from pipeline.draft.templates import eject

    for path in eject(folder, wanted):
        emit(f"{path}\n")
