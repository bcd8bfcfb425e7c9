"""What can be configured for Loki."""

from pydantic import Field, field_validator

from pipeline.connector import ConnectorSettings, Levels
from pipeline.http import HttpSettings


class LokiSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: loki`."""

    url: str = Field(description="address of Loki, without /loki/api/v1", examples=["https://loki.example.com"])
    tenant: str = Field(
        default="", description="tenant, or several as one|two, sent as X-Scope-OrgID", examples=["shop"]
    )
    query: str = Field(
        description="LogQL of the lines to read: a stream selector, perhaps with filters and parsers behind it",
        examples=['{namespace="shop"}', '{namespace="shop"} | json | __error__=""'],
    )
    service: str = Field(default="", description="service of lines that have no service_label", examples=["checkout"])
    service_label: str = Field(default="service_name", description="label that names the service", examples=["app"])
    level_label: str = Field(
        default="detected_level", description="label that names the level; Loki before 3.0 does not make this one",
        examples=["level"],
    )  # fmt: skip
    levels: Levels = Field(
        default=("critical", "error", "warning"), min_length=1,
        description="levels whose lines are fetched; all others are counted", examples=[["critical", "error"]],
    )  # fmt: skip
    error_filter: str = Field(
        default="", description="LogQL that keeps the lines to fetch, where no label names the level",
        examples=['|~ "(?i)error|fatal"'],
    )  # fmt: skip
    limit: int = Field(
        default=5000, gt=1, description="lines an answer; lowered by itself where the server allows less",
        examples=[1000],
    )  # fmt: skip
    max_lines: int = Field(
        default=50_000, gt=0, description="lines that are fetched at most; further ones are counted only",
        examples=[200_000],
    )  # fmt: skip

    @field_validator("query")
    @classmethod
    def _selects(cls, value: str) -> str:
        if not value.strip().startswith("{"):
            raise ValueError('begins with a stream selector: {namespace="shop"}')
        return value.strip()
