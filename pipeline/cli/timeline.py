"""`befell timeline`."""

import json

import click

from pipeline.cli.options import Wanted, incident_options
from pipeline.cli.session import emit


@click.command(no_args_is_help=True)
@incident_options(snapshot=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(("json", "csv", "table")),
    default="table",
    show_default=True,
    help="One JSON object; CSV (RFC 4180), one line a row; or a table to read.",
)
@click.option("--no-merge", is_flag=True, help="Each record on a row of its own, as the sources gave them.")
def timeline(wanted: Wanted, form: str, no_merge: bool) -> int:
    """Print the timeline of an incident.

    The `overrides` in the front matter of its draft, where there is one, are obeyed.
    """
    wanted.configuration()  # a mistake in it is told before anything heavy is imported
    from pipeline import run
    from pipeline.cli import tables
    from pipeline.timeline.contract import as_json

    evidence = wanted.evidence()
    file = wanted.reviewed(evidence.incident.id)
    found = run.tell(evidence, run.existing(file), merged=not no_merge, file=str(file))
    if form == "json":
        emit(json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n")
    else:
        emit(tables.as_csv(found) if form == "csv" else tables.as_table(found))
    return 3 if any(notice.gap for notice in found.notices) else 0
