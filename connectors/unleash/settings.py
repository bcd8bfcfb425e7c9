"""What can be configured for Unleash."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings

TYPES = ("change-request-applied", "feature-*", "segment-*", "strategy-*")
QUIET = (
    "feature-favorited",
    "feature-unfavorited",
    "feature-link-*",
    "feature-*tagged",
    "feature-potentially-stale-on",
)


class UnleashSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: unleash`."""

    url: str = Field(description="address of the Unleash server", examples=["https://unleash.example.com"])
    token: SecretStr | None = Field(
        default=None, description="personal access token or service account token", examples=["${UNLEASH_TOKEN}"]
    )
    projects: tuple[str, ...] = Field(default=(), description="projects to read; left out: all", examples=[["shop"]])
    environments: tuple[str, ...] = Field(
        default=(), description="globs of environments; changes of no environment are read too; left out: all",
        examples=[["production"]],
    )  # fmt: skip
    types: tuple[str, ...] = Field(
        default=TYPES, description="globs of types of events that are read", examples=[["feature-environment-*"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service of a flag (a glob) or of a project", examples=[{"checkout-*": "checkout"}]
    )

    def wants(self, kind: str, project: str, environment: str) -> bool:
        """Whether events of this type, project and environment are read; what changes nothing only by its own name."""
        chosen = any(fnmatchcase(kind, glob) for glob in self.types)
        quiet = kind not in self.types and any(fnmatchcase(kind, glob) for glob in QUIET)
        here = not environment or not self.environments or any(fnmatchcase(environment, g) for g in self.environments)
        return chosen and not quiet and here and (not self.projects or project in self.projects)
