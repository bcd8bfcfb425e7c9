"""What can be configured for GitLab."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class GitlabSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: gitlab`."""

    url: str = Field(
        default="https://gitlab.com", description="address of the GitLab, without /api/v4",
        examples=["https://gitlab.example.com"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="personal, project or group access token with the scope read_api",
        examples=["${GITLAB_TOKEN}"],
    )  # fmt: skip
    projects: tuple[str, ...] = Field(
        min_length=1, description="projects to read, by path or number", examples=[["shop/checkout"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service that a project deploys; left out: the last part of its path",
        examples=[{"shop/checkout": "checkout"}],
    )  # fmt: skip
    environments: tuple[str, ...] = Field(
        default=(), description="globs of environments; left out: all but review apps (`review/*`)",
        examples=[["production", "prod/*"]],
    )  # fmt: skip
    history: float = Field(
        default=7, ge=0, description="days before the window in which a rollback's target is looked for", examples=[7]
    )
    incident_project: str = Field(
        default="", description="project whose issues are incidents; left out: none", examples=["shop/incidents"]
    )
    incident_label: str = Field(
        default="", description="label of issues that are incidents; left out: issues of the type incident",
        examples=["incident"],
    )  # fmt: skip
    service_label: str = Field(
        default="service", description="scope of an issue's label that names a service (`service::checkout`)",
        examples=["component"],
    )  # fmt: skip

    @property
    def knows_incidents(self) -> bool:
        return bool(self.incident_project)

    def service(self, project: str) -> str:
        return self.services.get(project) or project.rpartition("/")[2]

    def wants(self, environment: str) -> bool:
        """Whether deployments to this environment are read."""
        if self.environments:
            return any(fnmatchcase(environment, glob) for glob in self.environments)
        return not environment.startswith("review/")
