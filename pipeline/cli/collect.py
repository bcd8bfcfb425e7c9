"""`befell collect`."""

from pathlib import Path

import click

from pipeline.cli.options import Wanted, incident_options, near
from pipeline.cli.session import emit


@click.command(no_args_is_help=True)
@incident_options(snapshot=False)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: .befell/snapshots/ID.jsonl.gz, the folder as configured]",
)
def collect(wanted: Wanted, output: Path | None) -> int:
    """Collect the evidence of an incident into one file, redacted, and draft nothing.

    Prints the path of the file. `befell draft --from-snapshot FILE` makes the same draft from it on any machine.
    """
    wanted.configuration()  # a mistake in it is told before anything heavy is imported
    from pipeline import run

    if output:
        run.check_snapshot(output)
    evidence = wanted.evidence()
    config = wanted.configuration()
    assert config is not None
    if output:
        run.write_snapshot(evidence, output)
    emit(f"{output or near(run.snapshot_file(config, evidence.incident.id))}\n")
    return 3 if any(notice.gap for notice in evidence.notices) else 0
