"""What can be configured for Sentry."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class SentrySettings(HttpSettings, ConnectorSettings):
    """Settings of `use: sentry`."""

    url: str = Field(
        default="https://sentry.io", description="address of Sentry; those in the EU and self-hosted have others",
        examples=["https://de.sentry.io"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="token of an internal integration or of an account", examples=["${SENTRY_TOKEN}"]
    )
    organization: str = Field(min_length=1, description="the organization's slug", examples=["example"])
    projects: tuple[str, ...] = Field(default=(), description="slugs of projects; left out: all", examples=[["web"]])
    environments: tuple[str, ...] = Field(
        default=(), description="environments; left out: all", examples=[["production"]]
    )
    query: str = Field(default="", description="Sentry search that narrows the issues", examples=["level:error"])
    services: Mapping[str, str] = Field(
        default={}, description="service of a project (a glob); left out: the project's slug",
        examples=[{"web-*": "checkout"}],
    )  # fmt: skip
    issues: bool = Field(default=True, description="whether issues are read", examples=[True])
    max_issues: int = Field(
        default=50,
        gt=0,
        description="issues whose events are counted, the most frequent: a request each",
        examples=[20],
    )
    max_events: int = Field(
        default=1000, gt=0, description="events of one issue that are counted at most", examples=[5000]
    )
    releases: bool = Field(default=True, description="whether releases and deploys are read", examples=[True])
    history: float = Field(
        default=7, ge=0, description="days before the window in which a release that is deployed in it was made",
        examples=[7],
    )  # fmt: skip

    @field_validator("organization")
    @classmethod
    def _slug(cls, value: str) -> str:
        if any(sign in value for sign in "/?# "):
            raise ValueError("is no slug")
        return value

    def service(self, project: str) -> str:
        named = next((name for glob, name in self.services.items() if fnmatchcase(project, glob)), "")
        return named or project

    def wants(self, environment: str) -> bool:
        return not self.environments or environment in self.environments
