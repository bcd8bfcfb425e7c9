"""`befell doctor`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.progress import shown
from pipeline.cli.session import Session, emit, printable
from pipeline.times import rfc3339

if TYPE_CHECKING:
    from pipeline.doctor import Finding


@click.command()
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration.  [default: ./befell.yaml, ./config.yaml]",
)  # fmt: skip
@click.option("--incident-id", metavar="ID", default="", help="Also: does every source reach back to this incident?")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="A line for each check, or one JSON object.",
)  # fmt: skip
@click.pass_obj
def doctor(session: Session, config: Path | None, incident_id: str, form: str) -> int:
    """Check the configuration and every source.

    Credentials, permissions, clocks, retention: all sources are asked side by side, each within its time limit. What is
    not well says what to do, and the exit code is 1.
    """
    loaded = session.load(config)
    assert loaded is not None
    from pipeline.doctor import examine

    with shown() as progress:
        found = examine(loaded, lambda: datetime.now(UTC), incident_id, progress)
    well = all(one.check.ok for one in found)
    emit(_as_json(found, well) if form == "json" else _as_text(found))
    return 0 if well else 1


def _as_text(found: "list[Finding]") -> str:
    width = max(len(f"{one.source}: {one.check.name}") for one in found)
    lines = []
    for one in found:
        check = one.check
        mark, name = "ok" if check.ok else "NOT OK", f"{one.source}: {check.name}"
        what = check.detail if check.ok else f"{check.detail.rstrip('.')}. {check.fix}".strip()
        lines.append(printable(" ".join(f"{mark:<6}  {name:<{width}}  {what}".splitlines())))
    return "".join(f"{line}\n" for line in lines)


def _as_json(found: "list[Finding]", well: bool) -> str:
    checks = [
        {
            "source": one.source, "name": one.check.name, "ok": one.check.ok, "detail": one.check.detail,
            "fix": one.check.fix, "reaches": rfc3339(one.check.reaches) if one.check.reaches else None,
        }
        for one in found
    ]  # fmt: skip
    return json.dumps({"ok": well, "checks": checks}, ensure_ascii=False, indent=2) + "\n"
