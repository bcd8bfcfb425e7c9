"""The connector interface: what one class in one file must offer to be a source."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Protocol, runtime_checkable

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pipeline.event import LEVELS, Event, LogSource, LogSummary, Notice, Rejected, Series
from pipeline.http import Http
from pipeline.incident import Incident, Window


def _known_levels(value: tuple[str, ...]) -> tuple[str, ...]:
    for one in value:
        if one not in LEVELS[:-1]:
            raise ValueError(f"{one!r} is none of {', '.join(LEVELS[:-1])}")
    return value


Levels = Annotated[tuple[str, ...], AfterValidator(_known_levels)]  # of log records, as a setting


class ConnectorSettings(BaseModel):
    """What every connector's settings share; unknown keys are refused.

    Settings validate with `context={"base": Path}`: relative paths are relative to the configuration file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    use: str = Field(description="the kind of connector", examples=["files"])
    name: str = Field(description="your name for this source; shown in the draft", examples=["web-logs"])
    time_limit: float = Field(default=60.0, gt=0, description="seconds that this source may take", examples=[60])

    @property
    def knows_incidents(self) -> bool:
        """Whether a connector that can look up incidents can do so with these settings."""
        return True


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `befell doctor`. `reaches` is the earliest time that the source can see, where it tells."""

    name: str
    ok: bool
    detail: str
    fix: str = ""
    reaches: datetime | None = None


class Connector(Protocol):
    """One source. Each generator yields records as they come; a whole failure raises SourceError.

    A connector yields everything that it read, also outside the window: collect clips and counts.
    A class with `alerts_are_incidents = True` makes an incident of each alert: it is asked for one where
    `incidents.from` names it, or where no other source knows incidents.
    A class with `short_lived = True` forgets within hours: a service reads it while an incident still goes on.
    `identity` names the place that records come from (kind and address, not the configured name), so that
    evidence ids survive a rename.
    """

    kind: ClassVar[str]
    Settings: ClassVar[type[ConnectorSettings]]
    needs: ClassVar[str] = ""
    """What a user has to have or to grant: "a read-only API token"."""
    limits: ClassVar[tuple[str, ...]] = ()
    """The limits of the source that end in complete data or in a notice: "10,000 records an answer"."""
    identity: str

    def __init__(self, settings: Any, http: Http) -> None: ...

    def check(self) -> Iterator[Check]: ...


@runtime_checkable
class HasEvents(Protocol):
    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]: ...


@runtime_checkable
class HasLogs(Protocol):
    def logs(self, window: Window) -> Iterator[LogSource | LogSummary | Notice]: ...


@runtime_checkable
class HasSeries(Protocol):
    def series(self, window: Window) -> Iterator[Series | Notice]: ...


@runtime_checkable
class KnowsIncidents(Protocol):
    def find_incident(self, incident_id: str) -> Incident:
        """The incident; raises IncidentNotFound, naming the nearest ids that the source has."""
        ...

    def recent_incidents(self, since: datetime) -> Iterator[Incident]: ...


def signals(connector: type[Connector]) -> tuple[str, ...]:
    """What this kind of source gives: events, logs, series, incidents."""
    methods = {"events": "events", "logs": "logs", "series": "series", "incidents": "find_incident"}
    return tuple(signal for signal, method in methods.items() if callable(getattr(connector, method, None)))
