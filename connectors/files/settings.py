"""What a configuration may say about files; paths are relative to the configuration file."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from pipeline import times
from pipeline.connector import ConnectorSettings
from pipeline.event import Kind

_UNITS = {"ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"([+-]?)((?:\d+(?:\.\d+)?(?:ms|[smhd]))+)")


def _offset(value: Any) -> Any:
    if isinstance(value, str) and (found := _DURATION.fullmatch(value.replace(" ", ""))):
        parts = re.findall(r"([\d.]+)(ms|[smhd])", found[2])
        seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
        return timedelta(seconds=-seconds if found[1] == "-" else seconds)
    if isinstance(value, timedelta):
        return value
    raise ValueError("is no duration: write a number and its unit, such as 10m, -90s or 1h30m")


def _known_zone(name: str) -> str:
    if name:
        times.zone(name)
    return name


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _as_file(value: Any) -> Any:
    return [{"path": one} if isinstance(one, str) else one for one in _listed(value)]


Offset = Annotated[timedelta, BeforeValidator(_offset)]
Disorder = Annotated[Offset, Field(ge=timedelta())]
Zone = Annotated[str, AfterValidator(_known_zone)]
PathText = Annotated[str, Field(min_length=1)]

_ZONE = Field(
    default="", description="zone of times that state none (IANA name or offset)", examples=["Europe/Berlin", "+09:00"]
)
_AHEAD = Field(
    default=timedelta(),
    description="how far the clock of this file is ahead (negative: behind); its times are moved back by it",
    examples=["10m", "-90s"],
)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    path: PathText = Field(description="file or glob", examples=["events.jsonl", "events/*.csv.gz"])
    zone: Zone = _ZONE
    clock_offset: Offset = _AHEAD


class EventFile(_File):
    """One file of events, or a glob of them."""

    format: Literal["", "jsonl", "json", "csv"] = Field(
        default="", description="jsonl, json or csv; by default the file name says it", examples=["jsonl"]
    )


class LogFile(_File):
    """Log lines; befell's log engine reads them and finds out what is not stated here."""

    name: str = Field(default="", description="name shown in the draft; by default the source's", examples=["web"])
    service: str = Field(default="", description="service that writes these lines", examples=["web"])
    format: str = Field(default="", description="format of a line; by default found from the lines", examples=["json"])
    time_format: str = Field(
        default="", description="strptime format of its times, where they are unusual", examples=["%d/%b/%Y %H:%M:%S"]
    )
    year: int | None = Field(default=None, ge=1990, le=2199, description="year of times without one", examples=[2026])
    disorder: Disorder = Field(
        default=timedelta(seconds=30),
        description="how much earlier than a line before it a line may be, in a file that is in the order of time",
        examples=["30s", "5m"],
    )


class SeriesFile(_File):
    """One metric: CSV with the columns time and value, or JSON Lines of {"time", "value"}."""

    name: str = Field(default="", description="name of the metric; by default the file's", examples=["error ratio"])
    unit: str = Field(default="", description="unit of its values", examples=["%", "ms"])
    service: str = Field(default="", description="service that it measures", examples=["web"])
    bad: Literal["up", "down"] = Field(
        default="up", description="which way it goes when things get worse", examples=["down"]
    )
    objective: float | None = Field(default=None, description="value that it should not pass", examples=[0.1])
    query: str = Field(default="", description="query that gave the values, for the reader", examples=["rate(e[5m])"])
    url: str = Field(default="", description="where a reader can look", examples=["https://grafana.example.com/d/1"])


class FilesSettings(ConnectorSettings):
    """Settings of the `files` connector."""

    events: Annotated[tuple[EventFile, ...], BeforeValidator(_as_file)] = Field(
        default=(),
        description="files of events: a path or glob, a list, or mappings with path, zone, clock_offset, format",
        examples=["events.jsonl", [{"path": "events.csv", "zone": "Europe/Berlin"}]],
    )
    incidents: Annotated[tuple[PathText, ...], BeforeValidator(_listed)] = Field(
        default=(), description="JSON or YAML files of incidents: path, glob or list", examples=["incidents.json"]
    )
    logs: tuple[LogFile, ...] = Field(
        default=(), description="log files", examples=[[{"path": "logs/web/*.log*", "service": "web"}]]
    )
    series: tuple[SeriesFile, ...] = Field(
        default=(), description="metrics in files", examples=[[{"path": "errors.csv", "name": "errors", "unit": "1/s"}]]
    )
    kinds: Mapping[str, Kind] = Field(
        default={}, description="your word for a kind of event, and befell's", examples=[{"ticket": "message"}]
    )
    severities: Mapping[str, Literal["SEV-1", "SEV-2", "SEV-3", "SEV-4"]] = Field(
        default={}, description="your word for an incident's severity, and befell's", examples=[{"urgent": "SEV-1"}]
    )
    clock_offset: Offset = _AHEAD
    _base: Path = PrivateAttr(default=Path())

    def model_post_init(self, context: Any, /) -> None:
        self._base = Path((context or {}).get("base", ""))

    @property
    def knows_incidents(self) -> bool:
        return bool(self.incidents)

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self._base

    def shown(self, path: str | Path) -> str:
        """The path as a reader should see it: relative to the configuration file where it lies below it."""
        full, base = os.path.abspath(self._base / path), os.path.abspath(self._base)  # noqa: PTH100 - keeps symlinks
        return os.path.relpath(full, base) if full.startswith(base.rstrip(os.sep) + os.sep) else str(path)
