"""`befell api-token`: who may use the service."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.session import Session, emit
from pipeline.errors import BefellError

_CONFIG = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration.  [default: ./befell.yaml, ./config.yaml]",
)
_BY = "befell api-token"  # who it was, in the audit trail: whoever may write to the store


@click.group("api-token")
def api_token() -> None:
    """Make, list and revoke the tokens that `befell serve` asks for."""


@api_token.command()
@click.argument("name")
@click.option("--role", type=click.Choice(["viewer", "reviewer", "admin"]), default="reviewer", show_default=True,
              help="viewer: reads; reviewer: edits drafts too; admin: sees who changed what too.")  # fmt: skip
@_CONFIG
@click.pass_obj
def create(session: Session, name: str, role: str, config: Path | None) -> None:
    """Make a token for NAME and print it.

    NAME is a person or a program. The token is not kept and not told again.
    """
    from pipeline.store.access import Entry
    from pipeline.times import rfc3339

    session.load(config)
    now = datetime.now(UTC)
    with session.store().access() as access:
        made = access.create(name, role, now)  # type: ignore[arg-type]
        if made:
            access.note(Entry(rfc3339(now), _BY, "token created", detail=f"{name}, {role}"))
    if not made:
        raise BefellError(f"there is a token of {name!r} already.", fix="Revoke it first, or choose another name.")
    emit(f"{made}\n")


@api_token.command("list")
@_CONFIG
@click.pass_obj
def list_(session: Session, config: Path | None) -> None:
    """List the tokens: name, role, when each was made. The tokens themselves are not kept."""
    session.load(config)
    with session.store().access() as access:
        emit("".join(f"{one.name}\t{one.role}\t{one.created_at}\n" for one in access.tokens()))


@api_token.command()
@click.argument("name")
@_CONFIG
@click.pass_obj
def revoke(session: Session, name: str, config: Path | None) -> None:
    """Revoke the token of NAME; browsers that it logged in are logged out."""
    from pipeline.store.access import Entry
    from pipeline.times import rfc3339

    session.load(config)
    with session.store().access() as access:
        done = access.revoke(name)
        if done:
            access.note(Entry(rfc3339(datetime.now(UTC)), _BY, "token revoked", detail=name))
    if not done:
        raise BefellError(f"there is no token of {name!r}.", fix="`befell api-token list` shows those that there are.")
