"""`befell evidence`: what the store has, and its way to another machine."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import dumped
from pipeline.cli.session import Session, emit, printable

_FILE = click.Path(dir_okay=False, path_type=Path)
_CONFIG = click.option("--config", type=_FILE, help="Configuration.  [default: ./befell.yaml, ./config.yaml]")


@click.group(no_args_is_help=True)
def evidence() -> None:
    """Show the evidence that was kept, and move it between machines."""


@evidence.command()
@click.argument("name", required=False)
@_CONFIG
@click.pass_obj
def show(session: Session, name: str | None, config: Path | None) -> None:
    """List the snapshots in the store, or say what one holds.

    NAME is a hash (8 characters are enough), the id of an incident (its newest), or a file.
    """
    session.load(config, needed=config is not None)
    if name is None:
        for kept in session.store().snapshots():
            emit(printable(f"{kept.hash[:12]}  {kept.collected_at:20}  {kept.incident}  {kept.title}") + "\n")
        return
    from pipeline import snapshot

    raw, where = _named(session, name)
    emit("".join(f"{printable(line)}\n" for line in _lines(snapshot.load(raw, where), snapshot.digest(raw))))


@evidence.command()
@click.argument("name")
@click.option("--output", type=_FILE, help="File to write.  [default: ID-HASH.jsonl.gz]")
@_CONFIG
@click.pass_obj
def export(session: Session, name: str, output: Path | None, config: Path | None) -> None:
    """Write one snapshot into one file, and print its path.

    NAME is a hash (8 characters are enough) or the id of an incident (its newest). `befell evidence import` takes the
    file on another machine, and `befell draft --from-snapshot` drafts from it.
    """
    session.load(config, needed=config is not None)
    from pipeline import run, snapshot

    raw, where = _named(session, name)
    found = snapshot.load(raw, where)
    path = output or Path(f"{run.safe_name(found.incident.id)}-{snapshot.digest(raw)[:12]}.jsonl.gz")
    run.check_snapshot(path)
    run.write_snapshot(raw, path)
    emit(f"{path}\n")


@evidence.command("import")
@click.argument("file", type=_FILE)
@_CONFIG
@click.pass_obj
def import_(session: Session, file: Path, config: Path | None) -> None:
    """Take a snapshot from a file into the store, and print its hash.

    A file whose hash does not fit what it holds is refused.
    """
    session.load(config, needed=config is not None)
    from pipeline import snapshot

    raw = snapshot.read_dump(file)
    emit(session.store().keep_snapshot(snapshot.load(raw, str(file)), raw) + "\n")


def _named(session: Session, name: str) -> tuple[bytes, str]:
    """The dump in a file or in the store, and where it is."""
    return dumped(session, name) if Path(name).is_file() else (session.store().dumped(name), name)


def _lines(found: Any, name: str) -> list[str]:
    from pipeline.times import rfc3339

    kinds = Counter(event.kind for event in found.events)
    counts = [f"{number} {kind}" for kind, number in sorted(kinds.items())]
    counts += [f"{len(found.series)} series", f"{len(found.logs)} log excerpts"]
    return [
        f"hash       {name}",
        f"incident   {found.incident.id}  {found.incident.title}",
        f"window     {rfc3339(found.window.start)} to {rfc3339(found.window.end)}",
        f"collected  {rfc3339(found.collected_at) if found.collected_at else 'not known'}",
        f"evidence   {', '.join(counts)}",
        *(
            f"source     {one}: read {a.read}, parsed {a.parsed}, rejected {a.rejected}"
            for one, a in found.accounts.items()
        ),
        *(f"notice     {one.source} {one.kind}: {one.detail}".replace("  ", " ") for one in found.notices),
    ]
