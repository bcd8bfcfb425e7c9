"""What can be configured for GitHub."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


class GithubSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: github`."""

    url: str = Field(
        default="https://api.github.com", description="address of the API; of GitHub Enterprise Server with /api/v3",
        examples=["https://github.example.com/api/v3"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="fine-grained or classic token, or a GitHub App's", examples=["${GITHUB_TOKEN}"]
    )
    repositories: tuple[str, ...] = Field(
        min_length=1, description="repositories to read, as owner/name", examples=[["example/shop"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service that a repository deploys; left out: the repository's name",
        examples=[{"example/shop": "checkout"}],
    )  # fmt: skip
    deployments: bool = Field(default=True, description="whether deployments are read", examples=[True])
    environments: tuple[str, ...] = Field(
        default=(), description="globs of environments; left out: all that are not transient",
        examples=[["production", "prod-*"]],
    )  # fmt: skip
    history: float = Field(
        default=7, ge=0, description="days before the window in which a rollback's target is looked for", examples=[7]
    )
    workflows: tuple[str, ...] = Field(
        default=(), description="globs of workflows (name or file) whose runs are deploys", examples=[["Deploy*"]]
    )
    releases: bool = Field(default=True, description="whether published releases are read", examples=[True])
    pull_requests: bool = Field(default=True, description="whether merged pull requests are read", examples=[True])
    base_branch: str = Field(
        default="", description="branch that pull requests are merged into; left out: any", examples=["main"]
    )
    incident_label: str = Field(
        default="", description="label of issues that are incidents; left out: none are", examples=["incident"]
    )
    incident_repository: str = Field(
        default="", description="repository of these issues; left out: the first", examples=["example/incidents"]
    )
    service_label: str = Field(
        default="service", description="scope of an issue's label that names a service (`service: checkout`)",
        examples=["component"],
    )  # fmt: skip

    @field_validator("repositories", "incident_repository")
    @classmethod
    def _owner_and_name(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in (value,) if isinstance(value, str) else value:
            if one and not _REPOSITORY.fullmatch(one):
                raise ValueError(f"{one!r} is not owner/name")
        return value

    @property
    def knows_incidents(self) -> bool:
        return bool(self.incident_label)

    @property
    def issues_in(self) -> str:
        """The repository whose issues are incidents."""
        return self.incident_repository or self.repositories[0]

    def service(self, repository: str) -> str:
        return self.services.get(repository) or repository.partition("/")[2]

    def wants(self, environment: str, transient: bool) -> bool:
        """Whether deployments to this environment are read."""
        return any(fnmatchcase(environment, glob) for glob in self.environments) if self.environments else not transient
