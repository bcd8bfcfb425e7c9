"""`befell`: the group of commands, and what becomes of an error: one line on stderr and an exit code."""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import click

from pipeline.cli.api_token import api_token
from pipeline.cli.check import check
from pipeline.cli.collect import collect
from pipeline.cli.connectors import connectors
from pipeline.cli.diff import diff
from pipeline.cli.doctor import doctor
from pipeline.cli.draft import draft
from pipeline.cli.evaluate import evaluate
from pipeline.cli.evidence import evidence
from pipeline.cli.publish import publish
from pipeline.cli.serve import serve
from pipeline.cli.session import Session
from pipeline.cli.sweep import sweep
from pipeline.cli.templates import templates
from pipeline.cli.timeline import timeline
from pipeline.errors import BefellError

EPILOG = """Exit codes: 0 complete, 1 error, 2 usage or configuration, 3 drafted with gaps (a source failed or was cut
short; the draft says which), 4 drafted with conflicts to settle (what a reviewer and new evidence both changed), or not
published (it was edited there). `befell check`: 0 passes, 1 findings, 2 usage."""


@click.group(epilog=EPILOG, context_settings={"max_content_width": 100})
@click.version_option(package_name="befell", message="%(prog)s %(version)s")
def befell() -> None:
    """Turn what an incident left behind into a postmortem draft that a reviewer can trust."""


for command in (
    draft, diff, check, timeline, collect, evidence, serve, sweep, api_token, doctor, connectors, evaluate, publish,
):  # fmt: skip
    befell.add_command(command)
befell.add_command(templates)


def main() -> None:
    """The entry point. Told to stop (SIGTERM), it ends like on Ctrl-C: what it was writing is cleared away."""
    signal.signal(signal.SIGTERM, _stop)
    gc.set_threshold(200_000, 50, 50)  # records make no cycles: looking for them costs a tenth of a run
    sys.exit(run(sys.argv[1:]))


def _stop(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code. Everything on stderr has passed redaction."""
    session = Session()
    try:
        code = befell.main(list(arguments), prog_name="befell", standalone_mode=False, obj=session)
        return code if isinstance(code, int) else 0
    except click.UsageError as problem:
        name = problem.ctx.command_path if problem.ctx else "befell"
        session.say(f"{problem.format_message()} Try '{name} --help'.")
        return 2
    except click.ClickException as problem:
        session.say(problem.format_message())
        return problem.exit_code
    except BefellError as problem:
        session.say(str(problem))
        return problem.exit_code
    except (KeyboardInterrupt, click.Abort):
        session.say("Interrupted.")
        return 130
    except Exception as problem:  # noqa: BLE001 - the last line of defence: a fault is one line, not a traceback
        if os.environ.get("BEFELL_DEBUG"):
            session.say(traceback.format_exc())
        words = " ".join(str(problem).split())
        session.say(f"a fault in befell: {type(problem).__name__}: {words}. BEFELL_DEBUG=1 shows where; report it.")
        return 1
