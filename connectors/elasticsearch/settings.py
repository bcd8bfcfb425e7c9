"""What can be configured for Elasticsearch and OpenSearch."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from pipeline.connector import ConnectorSettings, Levels
from pipeline.http import HttpSettings


class ElasticsearchSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: elasticsearch`; the names of fields are by default those of the Elastic Common Schema."""

    url: str = Field(description="address of the cluster", examples=["https://elastic.example.com:9200"])
    api_key: SecretStr | None = Field(
        default=None, description="API key in its encoded form, sent as `Authorization: ApiKey …`",
        examples=["${ELASTIC_API_KEY}"],
    )  # fmt: skip
    product: Literal["", "elasticsearch", "opensearch"] = Field(
        default="", description="what it is; left out: asked, which takes the right to see the cluster's name",
        examples=["opensearch"],
    )  # fmt: skip
    index: str = Field(description="indices, data streams or aliases; patterns are allowed", examples=["logs-*"])
    query: str = Field(
        default="", description="Lucene query that narrows the records", examples=["kubernetes.namespace:shop"]
    )
    time_field: str = Field(default="@timestamp", description="field of the time", examples=["timestamp"])
    service: str = Field(default="", description="service of records that have no service_field", examples=["shop"])
    service_field: str = Field(
        default="service.name", description="field that names the service: a keyword", examples=["app.keyword"]
    )
    level_field: str = Field(
        default="log.level", description="field that names the level: a keyword or a number",
        examples=["level.keyword"],
    )  # fmt: skip
    message_field: str = Field(default="message", description="field of the message", examples=["log"])
    stack_field: str = Field(
        default="error.stack_trace", description="field of the stack trace", examples=["exception.stacktrace"]
    )
    levels: Levels = Field(
        default=("critical", "error", "warning"), min_length=1,
        description="levels whose records are fetched; all others are counted", examples=[["critical", "error"]],
    )  # fmt: skip
    tiebreak_field: str = Field(
        default="", description="tells records of one time apart; left out: `_shard_doc`, in OpenSearch `_id`",
        examples=["event.id"],
    )  # fmt: skip
    max_lines: int = Field(
        default=50_000, gt=0, description="records that are fetched at most; further ones are counted only",
        examples=[200_000],
    )  # fmt: skip

    @field_validator("index")
    @classmethod
    def _one_path(cls, value: str) -> str:
        if not value or any(sign in value for sign in "/?# "):
            raise ValueError("is no name or pattern of indices, several joined by commas")
        return value
