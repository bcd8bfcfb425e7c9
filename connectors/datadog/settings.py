"""What can be configured for Datadog."""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings, Levels
from pipeline.http import HttpSettings


class DatadogSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: datadog`."""

    url: str = Field(
        default="https://api.datadoghq.com", description="address of the API of your site",
        examples=["https://api.datadoghq.eu"],
    )  # fmt: skip
    api_key: SecretStr | None = Field(
        default=None, description="API key, sent as DD-API-KEY", examples=["${DD_API_KEY}"]
    )
    app_key: SecretStr | None = Field(
        default=None, description="application key, sent as DD-APPLICATION-KEY", examples=["${DD_APP_KEY}"]
    )
    events: bool = Field(default=True, description="whether monitor alerts and other events are read", examples=[True])
    events_query: str = Field(
        default="", description="search that narrows the events", examples=["source:(alert OR deploy) env:prod"]
    )
    deploy_sources: tuple[str, ...] = Field(
        default=("deploy", "deployment"), description="sources whose events are deploys", examples=[["my_deployer"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="service of a monitor, by its name, where no tag names one",
        examples=[{"Checkout errors": "checkout"}],
    )  # fmt: skip
    logs_query: str = Field(
        default="",
        description="search of the logs to read; left out: none are",
        examples=["env:prod service:(web OR db)"],
    )
    levels: Levels = Field(
        default=("critical", "error", "warning"), min_length=1,
        description="levels whose log lines are fetched; all others are counted", examples=[["critical", "error"]],
    )  # fmt: skip
    max_lines: int = Field(
        default=20_000, gt=0, description="log lines that are fetched at most; further ones are counted only",
        examples=[100_000],
    )  # fmt: skip
