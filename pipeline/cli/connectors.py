"""`befell connectors`, `befell connectors new`."""

import json
from pathlib import Path
from typing import Any

import click

from pipeline.cli.session import emit


@click.group(invoke_without_command=True)
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="A paragraph for each connector, or one JSON list.",
)  # fmt: skip
@click.pass_context
def connectors(context: click.Context, form: str) -> int:
    """List the connectors that are installed here.

    Each with what it gives, what it needs, and the limits of its source that it handles.
    """
    if context.invoked_subcommand:
        return 0
    kinds = [_described(kind) for kind in _registered()]
    emit(json.dumps(kinds, ensure_ascii=False, indent=2) + "\n" if form == "json" else "\n".join(map(_told, kinds)))
    return 0


@connectors.command()
@click.argument("name")
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to.  [default: befell-NAME; in befell's own repository, that]",
)  # fmt: skip
def new(name: str, folder: Path | None) -> int:
    """Write a connector to begin with.

    Code that works, its test, and its page: a package of its own, or, in befell's repository, in their places.

    Prints each file that it wrote; none is overwritten. NAME is what `use: NAME` will say in the configuration.
    """
    from pipeline.scaffold import create

    made = create(name, folder)
    emit("".join(f"{path}\n" for path in made.files) + f"\n{made.next_steps}\n")
    return 0


def _registered() -> list[str]:
    from pipeline.config.sources import registered

    return list(registered())


def _described(kind: str) -> dict[str, Any]:
    from pipeline.config.sources import connector_class
    from pipeline.connector import signals

    try:
        found: Any = connector_class(kind)
    except ImportError as problem:
        return {"kind": kind, "about": f"needs {problem.name or 'a package'}, which is not installed."}
    about = next(iter((found.__doc__ or "").strip().splitlines()), "")
    return {
        "kind": kind, "about": about, "gives": list(signals(found)), "needs": getattr(found, "needs", ""),
        "limits": list(getattr(found, "limits", ())),
    }  # fmt: skip


def _told(kind: dict[str, Any]) -> str:
    lines = [f"{kind['kind']}: {kind['about']}"]
    for part in ("gives", "needs", "limits"):
        what = kind.get(part) or ()
        text = what if isinstance(what, str) else "; ".join(what) if part == "limits" else ", ".join(what)
        lines += [f"  {part:<6}  {text}"] if text else []
    return "".join(f"{line}\n" for line in lines)
