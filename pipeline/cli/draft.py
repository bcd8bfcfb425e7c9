"""`befell draft`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import formats
from pipeline.cli.options import Wanted, incident_options
from pipeline.cli.session import Session, emit

if TYPE_CHECKING:
    from pipeline.reviewing import Plan
    from pipeline.run import Draft

FORMATS = ("md", "html", *formats.FORMATS)
_BY_SUFFIX = {**{f".{form}": form for form in FORMATS}, ".htm": "html"}


@click.command(no_args_is_help=True)
@incident_options(snapshot=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="File to write, - for stdout.  [default: postmortems/ID.md, the folder as configured]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Markdown, one HTML page, Word or PDF.  [default: md, or what the name of --output ends in]",
)
def draft(wanted: Wanted, output: Path | None, form: str | None) -> int:
    """Write the postmortem draft of an incident.

    Prints the path of the file. Where a Markdown draft was edited, what is new is merged into it: every word of the
    reviewer stays, what both changed is told in ID.conflicts.md beside it (exit code 4). Other formats that were edited
    are not overwritten. The `overrides` in the front matter are obeyed and kept.
    """
    wanted.configuration()  # a mistake in it is told before anything heavy is imported
    from pipeline import reviewing, run

    form = form or _BY_SUFFIX.get(output.suffix.lower() if output else "", "md")
    if form in formats.FORMATS:
        formats.check(form)
    known = wanted.incident.id if wanted.incident else wanted.incident_id
    if known and output != Path("-"):  # before the sources are asked, not after
        target = output or wanted.file(known, form)
        (reviewing.read(target, known) if form == "md" else run.check_unedited(target))
    stands = output if form == "md" and output != Path("-") else None
    evidence = wanted.evidence(stands)
    incident_id = evidence.incident.id
    file = wanted.reviewed(incident_id, stands)
    made = run.draft(evidence, run.existing(file), html=form != "md", file=str(file), config=wanted.configuration())
    code = 3 if any(notice.gap for notice in made.timeline.notices) else 0
    if form == "md" and output != Path("-"):
        return _merged(wanted, made, output or file) or code
    text: str | bytes = made.text
    if form in formats.FORMATS:
        text = formats.convert(form, made.text, made.timeline.window.end)
    if output == Path("-"):
        emit(text)
    else:
        path = output or wanted.file(incident_id, form)
        run.write_draft(text, path)
        emit(f"{path}\n")
    return code


def planned(wanted: Wanted, made: "Draft", path: Path) -> "Plan":
    """What becomes of a file; the base of the merge is in the store."""
    from pipeline import reviewing

    before = reviewing.read(path, made.timeline.incident.id)
    return reviewing.plan(
        made.text, before, path, lambda stamp: wanted.session.with_store(lambda store: store.draft(stamp), "")
    )


def tell(session: Session, one: "Plan") -> None:
    """What is left to the reviewer, on stderr."""
    from pipeline.reviewing import conflicts_file

    if one.unmerged:
        session.say(
            f"{one.file}: was edited, and the store does not have what befell wrote there: it is left as it is. "
            f"The new draft is {one.path}."
        )
    if one.conflicts:
        number = f"{len(one.conflicts)} conflict{'s' * (len(one.conflicts) > 1)}"
        session.say(f"{one.file}: {number} to settle, both sides are in {conflicts_file(one.file)}.")


def _merged(wanted: Wanted, made: "Draft", path: Path) -> int:
    """Write the draft, merged where it was edited; 4 where something is left to the reviewer."""
    from pipeline import reviewing

    one = planned(wanted, made, path)
    wanted.session.with_store(lambda store: reviewing.keep(store, one, made, wanted.kept), None)
    reviewing.write(one)
    emit(f"{one.path}\n")
    tell(wanted.session, one)
    return 0 if one.settled else 4
