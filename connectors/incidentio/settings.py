"""What can be configured for incident.io."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class IncidentioSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: incidentio`."""

    url: str = Field(
        default="https://api.incident.io", description="address of the API", examples=["https://api.incident.io"]
    )
    token: SecretStr | None = Field(
        default=None, description="API key that may view data", examples=["${INCIDENTIO_TOKEN}"]
    )
    updates: bool = Field(default=True, description="whether updates are read: a request an incident", examples=[True])
    timestamps: bool = Field(
        default=True, description="whether the incident's timestamps are told, such as `Impact started`",
        examples=[True],
    )  # fmt: skip
    opened: tuple[str, ...] = Field(
        default=("Reported at",),
        description="timestamps that say when it was opened, the first that is set; else when it was declared",
        examples=[["Reported at"]],
    )  # fmt: skip
    resolved: tuple[str, ...] = Field(
        default=("Resolved at", "Fixed at", "Closed at"),
        description="timestamps that say when it was resolved, the first that is set", examples=[["Resolved at"]],
    )  # fmt: skip
    service_fields: tuple[str, ...] = Field(
        default=("Affected services", "Affected service", "Services", "Service"),
        description="custom fields that name the services", examples=[["Affected services"]],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="your name for a service, by a glob of its name there",
        examples=[{"Checkout*": "checkout"}],
    )  # fmt: skip

    def service(self, name: str) -> str:
        return next((ours for glob, ours in self.services.items() if fnmatchcase(name, glob)), name)
