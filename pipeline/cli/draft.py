"""`befell draft`."""

from pathlib import Path

import click

from pipeline import formats
from pipeline.cli.options import Wanted, incident_options
from pipeline.cli.session import emit

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

    Prints the path of the file. A draft that somebody edited is never overwritten; the `overrides` in its front matter
    (severity, services, milestones) are not counted as an edit: they are obeyed and kept.
    """
    wanted.configuration()  # a mistake in it is told before anything heavy is imported
    from pipeline import run

    form = form or _BY_SUFFIX.get(output.suffix.lower() if output else "", "md")
    if form in formats.FORMATS:
        formats.check(form)
    known = wanted.incident.id if wanted.incident else wanted.incident_id
    if known and output != Path("-"):
        run.check_unedited(output or wanted.file(known, form))  # before the sources are asked, not after
    evidence = wanted.evidence()
    incident_id = evidence.incident.id
    file = wanted.file(incident_id, "md")
    if output and form == "md" and output != Path("-") and run.existing(output):
        file = output
    made = run.draft(evidence, run.existing(file), html=form != "md", file=str(file))
    text: str | bytes = made.text
    if form in formats.FORMATS:
        text = formats.convert(form, made.text, made.timeline.window.end)
    if output == Path("-"):
        emit(text)
    else:
        path = output or wanted.file(incident_id, form)
        run.write_draft(text, path)
        emit(f"{path}\n")
    return 3 if any(notice.gap for notice in made.timeline.notices) else 0
