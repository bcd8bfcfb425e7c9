"""What can be configured for Jira Service Management Operations."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class JsmSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: jsm`."""

    url: str = Field(
        default="https://api.atlassian.com", description="address of Atlassian's API",
        examples=["https://api.atlassian.com"],
    )  # fmt: skip
    cloud_id: str = Field(
        min_length=1, description="id of your site, as https://SITE.atlassian.net/_edge/tenant_info tells it",
        examples=["3f0c6a52-7f4b-4b0e-9a57-0d5b1f6f2c11"],
    )  # fmt: skip
    username: str = Field(
        default="", description="e-mail address of the account whose API token is password",
        examples=["befell@example.com"],
    )  # fmt: skip
    password: SecretStr | None = Field(default=None, description="API token of the account", examples=["${JSM_TOKEN}"])
    token: SecretStr | None = Field(
        default=None, description="OAuth access token, instead of username and password", examples=["${JSM_OAUTH}"]
    )
    query: str = Field(
        default="", description="search that narrows the alerts, as Jira Service Management understands it",
        examples=['teams:"Shop" AND priority:P1'],
    )  # fmt: skip
    history: float = Field(
        default=24, ge=0, description="hours before the window in which an alert that goes on in it may have begun",
        examples=[24],
    )  # fmt: skip
    logs: bool = Field(
        default=True, description="whether the logs of alerts are read: a request an alert", examples=[True]
    )
    notes: bool = Field(default=True, description="whether their notes are read: another one", examples=[True])
    service_tag: str = Field(
        default="service", description="tag `NAME:…` of an alert that names the service", examples=["app"]
    )
    services: Mapping[str, str] = Field(
        default={},
        description="service of an alert without the tag, by a glob of its entity or its integration's name",
        examples=[{"cart-*": "cart"}],
    )  # fmt: skip

    def service(self, tags: list[str], entity: str, integration: str) -> str:
        """The service by tag, else by a glob of entity or integration, else the entity."""
        head = f"{self.service_tag}:"
        tagged = next((tag.removeprefix(head).strip() for tag in tags if tag.startswith(head)), "")
        named = (
            ours for glob, ours in self.services.items() if fnmatchcase(entity, glob) or fnmatchcase(integration, glob)
        )
        return tagged or next(named, entity)
