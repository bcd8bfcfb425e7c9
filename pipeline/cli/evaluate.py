"""`befell evaluate`."""

from pathlib import Path

import click

from pipeline.cli.session import emit


@click.command(no_args_is_help=True)
@click.argument("cases_dir", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--leave-out-org", is_flag=True, help="Also with no words but those in the incidents of other organisations."
)
@click.option("--min-f1", type=float, default=0.0, help="Exit with 1 where F1 over all milestones is below this.")
def evaluate(cases_dir: Path, leave_out_org: bool, min_f1: float) -> int:
    """Measure how often the timeline is right, on labelled incidents.

    A milestone is right within 60 s of what the gold states, or of one of its alternates; within the gold's own
    `within_s` where it has one.
    """
    from pipeline.evaluate import find_cases, report, score
    from pipeline.evaluate.leave_out import leave_out_org as without_own_words
    from pipeline.evaluate.report import total

    cases = find_cases(cases_dir)
    outcomes = [score(case) for case in cases]
    emit(f"{len(cases)} incidents of {len({case.org for case in cases})} organisations\n\n{report(outcomes)}")
    if leave_out_org:
        apart = without_own_words(cases)
        emit(f"\nwith the words of other organisations only:\n\n{report(apart)}")
    return 0 if total(outcomes) >= min_f1 else 1
