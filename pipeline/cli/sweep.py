"""`befell sweep`."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.cli.session import Session, emit


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration.  [default: ./befell.yaml, ./config.yaml]",
)
@click.pass_obj
def sweep(session: Session, config: Path | None) -> int:
    """Draft the closed incidents that have no draft yet; for cron.

    Asks the sources that know incidents. Where none does, resolved alerts that overlap and share services count as one
    incident. Each is drafted when its quiet period is over (`serve.quiet_period`), and once: also when a sweep runs
    again, or beside `befell serve` with the same store.

    Prints the path of each draft. Exit code 3 where a source could not be asked or an incident not be drafted.
    """
    loaded = session.load(config)
    assert loaded is not None
    from pipeline.cli.options import near
    from pipeline.serve.drafting import Drafter
    from pipeline.serve.notifying import Notifier
    from pipeline.serve.sweep import Sweep

    def clock() -> datetime:
        return datetime.now(UTC)

    store = session.store()
    problems = Sweep(loaded, store, clock).look()
    drafter = Drafter(loaded, store, clock, f"sweep-{socket.gethostname()}-{os.getpid()}")
    for watch in store.due(clock()):
        done = drafter.draft(watch.id)
        if done and done.state == "drafted":
            emit(f"{near(Path(done.file))}\n")
            told = Notifier(loaded, clock).once(store, done.id)
            problems += [f"{done.id}: {target}: {problem}" for target, problem in told if problem]
        if done and done.problem and done.state != "skipped":
            problems.append(f"{done.id}: {done.problem}")
    for problem in problems:
        session.say(problem)
    return 3 if problems else 0
