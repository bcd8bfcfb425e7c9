"""What can be configured for LaunchDarkly."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class LaunchdarklySettings(HttpSettings, ConnectorSettings):
    """Settings of `use: launchdarkly`."""

    url: str = Field(
        default="https://app.launchdarkly.com", description="address of the API; federal and EU instances have others",
        examples=["https://app.eu.launchdarkly.com"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="access token with the role Reader", examples=["${LAUNCHDARKLY_TOKEN}"]
    )
    projects: tuple[str, ...] = Field(default=(), description="projects to read; left out: all", examples=[["shop"]])
    environments: tuple[str, ...] = Field(
        default=(), description="globs of environments; changes of no environment are read too; left out: all",
        examples=[["production"]],
    )  # fmt: skip
    kinds: tuple[str, ...] = Field(
        default=("flag", "segment", "environment"), description="kinds of resources whose changes are read",
        examples=[["flag"]],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="service of a flag (a glob) or of a project", examples=[{"checkout-*": "checkout"}]
    )

    def wants(self, kind: str, project: str, environment: str) -> bool:
        """Whether changes of this kind, project and environment are read; `*` stands for all environments."""
        some = environment not in ("", "*")
        here = not some or not self.environments or any(fnmatchcase(environment, glob) for glob in self.environments)
        return kind in self.kinds and here and (not self.projects or not project or project in self.projects)
