"""The options that commands share: which incident, out of which configuration or snapshot."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import incident as incidents
from pipeline import times
from pipeline.cli.progress import shown
from pipeline.cli.session import Session
from pipeline.incident import Incident, Window

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.snapshot import Snapshot


def _when(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    try:
        return times.parse(value) if value is not None else None
    except ValueError as problem:
        hint = "Write it as 2026-11-24T09:41:00Z."
        if "has no time zone" in str(problem) and "T" in str(value):
            hint = f"Write {value}Z for UTC, or an offset such as {value}+02:00."
        raise click.BadParameter(f"{problem}. {hint}") from None


def _severity(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    found = incidents.severity(value or "")
    if value is not None and not found:
        raise click.BadParameter(f"{value!r} is no severity. Write SEV-1, SEV-2, SEV-3 or SEV-4.")
    return found


@dataclass(kw_only=True)
class Wanted:
    """What the options say; `incident` is None where only an id, or a snapshot, was given.

    `kept` is the hash of the evidence in the store, "" before it is there.
    """

    session: Session
    incident_id: str | None
    incident: Incident | None
    config: Path | None
    from_snapshot: str | None
    kept: str = ""

    def configuration(self) -> "Config | None":
        """Read once; it may be missing where the evidence comes from a snapshot."""
        return self.session.config or self.session.load(self.config, needed=self.from_snapshot is None)

    def evidence(self, output: Path | None = None) -> "Snapshot":
        """The snapshot: the one that was named, or collected now (in the window of the reviewed draft) and kept."""
        if self.from_snapshot:
            return self._snapshot(self.from_snapshot)
        from pipeline import run

        config = self.configuration()
        assert config is not None
        known = self.incident.id if self.incident else self.incident_id or ""
        file = self.reviewed(known, output)
        with shown() as progress:
            return run.gather(
                self.incident or known, config, lambda: datetime.now(UTC), progress, self._keep,
                run.existing(file), str(file),
            )  # fmt: skip

    def reviewed(self, incident_id: str, output: Path | None = None) -> Path:
        """The draft whose overrides are obeyed: `output` where it stands, else the one that is kept."""
        from pipeline import run

        return output if output and run.existing(output) else self.file(incident_id, "md")

    def _snapshot(self, name: str) -> "Snapshot":
        from pipeline import snapshot

        found = snapshot.load(*dumped(self.session, name))
        if self.incident_id not in (None, found.incident.id):
            raise click.UsageError(f"{name} is of incident {found.incident.id!r}, not {self.incident_id!r}.")
        return found

    def _keep(self, found: "Snapshot", dumped: bytes) -> None:
        self.kept = self.session.with_store(lambda store: store.keep_snapshot(found, dumped), "")

    def file(self, incident_id: str, suffix: str) -> Path:
        """Where the draft of an incident is kept."""
        from pipeline.run import safe_name

        config = self.configuration()
        folder = config.drafts if config else Path("postmortems")
        return near(folder / f"{safe_name(incident_id)}.{suffix}")


def dumped(session: Session, name: str) -> tuple[bytes, str]:
    """The snapshot in a file, or in the store under its hash (or the id of its incident), and where it is."""
    from pipeline import snapshot

    path = Path(name)
    if path.is_file() or not re.fullmatch(r"[0-9a-f]{8,64}", name):
        return snapshot.read_dump(path), name
    return session.store().dumped(name), name


def near(path: Path) -> Path:
    """The path as seen from here, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


_FILE = click.Path(dir_okay=False, path_type=Path)
_CONFIG = click.option("--config", type=_FILE, help="Configuration.  [default: ./befell.yaml, ./config.yaml]")
_SNAPSHOT = click.option(
    "--from-snapshot",
    metavar="FILE|HASH",
    help="Take the evidence from a file of `befell collect`, or by its hash from the store; ask no source.",
)
_INCIDENT = (
    click.option("--incident-id", metavar="ID", help="The incident, as the incident source names it."),
    click.option(
        "--start",
        metavar="TIME",
        callback=_when,
        help="Start of the window, for an incident that no source knows: 2026-11-24T09:41Z.",
    ),
    click.option("--end", metavar="TIME", callback=_when, help="End of the window."),
    click.option("--title", help="What the incident is called (with --start and --end)."),
    click.option(
        "--severity", metavar="SEV", callback=_severity, help="Its severity, SEV-1 to SEV-4 (with --start and --end)."
    ),
    click.option("--service", "services", multiple=True, help="A service it affects; may be repeated."),
)


def incident_options(*, snapshot: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the options that name an incident; it receives them as one `Wanted`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.pass_obj
        def wrapped(session: Session, /, **given: Any) -> Any:
            return command(_wanted(session, given), **given)

        update_wrapper(wrapped, command)
        for option in reversed((*_INCIDENT, _CONFIG, *((_SNAPSHOT,) if snapshot else ()))):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def _wanted(session: Session, given: dict[str, Any]) -> Wanted:
    """Take the shared options out of `given`; click.UsageError where they do not fit together."""
    config, from_snapshot, incident_id = given.pop("config"), given.pop("from_snapshot", None), given["incident_id"]
    described = _described(*(given.pop(name) for name in _DESCRIBE))
    if from_snapshot and described:
        raise click.UsageError("--from-snapshot has its own window: leave out --start and --end.")
    if not (incident_id or described or from_snapshot):
        raise click.UsageError("Which incident? Give --incident-id, or --start and --end.")
    return Wanted(
        session=session, incident_id=incident_id, incident=described, config=config, from_snapshot=from_snapshot
    )


_DESCRIBE = ("incident_id", "start", "end", "title", "severity", "services")


def _described(
    incident_id: str | None, start: datetime | None, end: datetime | None, title: str | None, severity: str,
    services: tuple[str, ...],
) -> Incident | None:  # fmt: skip
    """The incident that the options describe themselves."""
    if start is None and end is None:
        if title or severity or services:
            raise click.UsageError("--title, --severity and --service describe an incident with --start and --end.")
        return None
    if start is None or end is None:
        raise click.UsageError("--start and --end go together.")
    if start >= end:
        raise click.UsageError(f"--start {times.rfc3339(start)} is not before --end {times.rfc3339(end)}.")
    title = title or f"Incident of {start:%Y-%m-%d %H:%M} UTC"
    slug = re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
    return Incident(
        id=incident_id or f"{start:%Y-%m-%d-%H%M}-{slug}"[:60].rstrip("-"),
        title=title,
        severity=severity,
        severity_raw=severity,
        services=services,
        window=Window(start, end),
        source="command line",
    )
