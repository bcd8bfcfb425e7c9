"""`befell diff`."""

import difflib
from pathlib import Path

import click

from pipeline.cli.draft import planned, tell
from pipeline.cli.options import Wanted, incident_options
from pipeline.cli.session import emit


@click.command(no_args_is_help=True)
@incident_options(snapshot=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The draft to compare with.  [default: postmortems/ID.md, the folder as configured]",
)
def diff(wanted: Wanted, output: Path | None) -> int:
    """Show what `befell draft` would change in a draft, and change nothing.

    Prints the difference between the file as it is and as it would become, with the reviewer's edits in both. What
    would be a conflict is counted on stderr (exit code 4).
    """
    wanted.configuration()  # a mistake in it is told before anything heavy is imported
    from pipeline import run

    evidence = wanted.evidence(output)
    file = output or wanted.file(evidence.incident.id, "md")
    made = run.draft(evidence, run.existing(file), file=str(file), config=wanted.configuration())
    one = planned(wanted, made, file)
    was, becomes = (text.replace("\r\n", "\n").splitlines() for text in (one.before, one.text))
    changed = list(difflib.unified_diff(was, becomes, str(file), f"{one.path} (new)", lineterm=""))
    emit("".join(f"{line}\n" for line in changed))
    if not changed:
        wanted.session.say(f"{file}: nothing would change.")
    tell(wanted.session, one)
    if not one.settled:
        return 4
    return 3 if any(notice.gap for notice in made.timeline.notices) else 0
