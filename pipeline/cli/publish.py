"""`befell publish`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.session import Session, emit

_FILE = click.Path(dir_okay=False, path_type=Path)
_TARGETS = ("git", "github", "gitlab", "confluence", "notion", "slack", "statuspage-draft")


@click.command(no_args_is_help=True)
@click.argument("draft", type=_FILE)
@click.option(
    "--to", "targets", type=click.Choice(_TARGETS), multiple=True, required=True,
    help="Where to; may be repeated. A message in Slack links to what was published before it.",
)  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace what was edited there since it was published.")
@click.option("--target", metavar="ID", default="", help="The incident's id on the status page.")
@click.option("--config", type=_FILE, help="Configuration.  [default: ./befell.yaml, ./config.yaml]")
@click.pass_obj
def publish(
    session: Session, draft: Path, targets: tuple[str, ...], overwrite: bool, target: str, config: Path | None
) -> None:
    """Publish a draft: DRAFT is its Markdown file.

    The targets are configured under `publish`. Published again, the same branch, page or message is updated. What was
    edited there is not overwritten (exit code 4), and a draft that holds what looks like a secret is not published.

    Prints the address of each.
    """
    if not draft.is_file():
        raise click.UsageError(f"there is no file {draft}.")
    loaded = session.load(config)
    assert loaded is not None
    from pipeline import publish as publishing
    from pipeline.run import existing, safe_name

    post = publishing.read(existing(draft), draft, safe_name)
    publishing.refuse_secrets(post, loaded, str(draft))
    for name in targets:
        done = publishing.publish(post, name, loaded, lambda: datetime.now(UTC), overwrite=overwrite, at=target)
        post = replace(post, link=done.address)
        emit(f"{done.address}\n")
        if not done.changed:
            session.say(f"{name}: it was there already, unchanged.")
