"""What can be configured for the systemd journal."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from pipeline.connector import ConnectorSettings, Levels


class JournaldSettings(ConnectorSettings):
    """Settings of `use: journald`."""

    files: tuple[Path, ...] = Field(
        default=(), description="journal files, or globs of them; left out: the journal of this machine",
        examples=[["journal/web-1/*.journal"]],
    )  # fmt: skip
    units: tuple[str, ...] = Field(
        default=(), description="globs of units that are read; left out: all", examples=[["checkout*.service"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service of a unit (a glob); left out: the unit's name",
        examples=[{"checkout@*.service": "checkout"}],
    )  # fmt: skip
    levels: Levels = Field(
        default=("critical", "error", "warning"), min_length=1,
        description="levels whose records are shown by template; all others are counted", examples=[["error"]],
    )  # fmt: skip
    unit_events: bool = Field(
        default=True, description="whether starts, stops and failures of units are events", examples=[True]
    )

    @field_validator("files")
    @classmethod
    def _beside_the_configuration(cls, value: tuple[Path, ...], info: ValidationInfo) -> tuple[Path, ...]:
        base = (info.context or {}).get("base")
        return tuple(Path(base) / one.expanduser() if base else one for one in value)

    def service(self, unit: str) -> str:
        """`checkout` for `checkout@1.service`, unless a glob says otherwise."""
        named = next((name for glob, name in self.services.items() if fnmatchcase(unit, glob)), "")
        return named or unit.removesuffix(".service").partition("@")[0]
