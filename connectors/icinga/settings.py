"""What can be configured for Icinga 2."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class IcingaSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: icinga`."""

    url: str = Field(description="address of the API, without /v1", examples=["https://icinga.example.com:5665"])
    username: str = Field(default="", description="name of the ApiUser", examples=["befell"])
    password: SecretStr | None = Field(
        default=None, description="password of the ApiUser", examples=["${ICINGA_PASSWORD}"]
    )
    objects: bool = Field(
        default=True, description="whether the API is asked; else only stream is read", examples=[True]
    )
    filter: str = Field(
        default="", description="filter expression for hosts and services that are read",
        examples=['match("shop-*", host.name)'],
    )  # fmt: skip
    stream: tuple[Path, ...] = Field(
        default=(), description="files of the event stream as the API sends it (JSON Lines), or globs of them",
        examples=[["icinga/*.jsonl"]],
    )  # fmt: skip
    service_var: str = Field(
        default="service", description="custom variable of an Icinga service or host that names the service",
        examples=["app"],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="service by a glob over HOST!SERVICE, before service_var",
        examples=[{"web-*!http": "checkout"}],
    )  # fmt: skip

    @field_validator("stream")
    @classmethod
    def _beside_config(cls, value: tuple[Path, ...], info: ValidationInfo) -> tuple[Path, ...]:
        base = (info.context or {}).get("base")
        return tuple(Path(base) / one.expanduser() if base else one for one in value)

    def service(self, name: str, told: str = "") -> str:
        """The service of HOST!SERVICE: by glob, as its variable tells it, else by its own name."""
        named = next((service for glob, service in self.services.items() if fnmatchcase(name, glob)), "")
        return named or told or name.rpartition("!")[2]
