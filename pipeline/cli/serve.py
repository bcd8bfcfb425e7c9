"""`befell serve`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.session import Session
from pipeline.errors import UsageError


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration.  [default: ./befell.yaml, ./config.yaml]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8642, show_default=True, help="Port to listen on.")
@click.option(
    "--role", type=click.Choice(["all", "web", "worker"]), default="all", show_default=True,
    help="What this process does: it takes deliveries, or drafts, or both.",
)  # fmt: skip
@click.option("--name", help="Name of this process: the same after a restart, and of no other.  [default: HOST-PORT]")
@click.pass_obj
def serve(session: Session, config: Path | None, host: str, port: int, role: str, name: str | None) -> None:
    """Take what sources post, and draft incidents when they are over.

    Sources post to /hooks/NAME (`serve.hooks`). /healthz, /readyz and /metrics tell how it is doing. Several processes
    may serve together on one PostgreSQL store.
    """
    loaded = session.load(config)
    assert loaded is not None
    try:
        from pipeline.serve import process
        from pipeline.serve.logs import configured
    except ModuleNotFoundError as problem:
        raise UsageError(f"needs the package {problem.name}.", fix="Install it: pip install 'befell[serve]'.") from None
    log = configured(loaded, terminal=sys.stderr.isatty())
    process.serve(
        loaded, session.store(), lambda: datetime.now(UTC), log,
        role=role, host=host, port=port, name=name or process.this_process(port),  # type: ignore[arg-type]
    )  # fmt: skip
