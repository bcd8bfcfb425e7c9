"""What can be configured for a Prometheus, and the links that lead back to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings

_PLACES = ("url", "expr", "start", "end", "range", "start_ms", "end_ms")
GRAPH = "{url}/graph?g0.expr={expr}&g0.tab=0&g0.range_input={range}&g0.end_input={end}"


class Metric(BaseModel):
    """One query whose course over the window belongs into the draft."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="what the chart calls it", examples=["checkout error ratio"])
    query: str = Field(description="PromQL", examples=['sum(rate(http_requests_total{code=~"5.."}[1m]))'])
    unit: str = Field(default="", description="unit of the values", examples=["requests/s"])
    service: str = Field(default="", description="service that it speaks of", examples=["checkout"])
    bad: Literal["up", "down"] = Field(
        default="up", description="which way it goes when things get worse", examples=["up"]
    )
    objective: float | None = Field(default=None, description="the value that it should not pass", examples=[0.01])
    step: int | None = Field(
        default=None, ge=1, description="seconds from point to point; default a thousandth of the window, at least 15",
        examples=[15],
    )  # fmt: skip


class PrometheusSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: prometheus`."""

    alerts: bool = Field(default=True, description="whether alert episodes are read from ALERTS", examples=[True])
    alert_selector: Mapping[str, str] = Field(
        default={},
        description="labels that narrow the alerts; a value may begin with an operator: `=~`, `!=` or `!~`",
        examples=[{"team": "shop", "severity": "=~page|critical"}],
    )
    ignore_alerts: tuple[str, ...] = Field(
        default=("Watchdog",), description="names of alerts that are never read", examples=[["Watchdog"]]
    )
    service_label: str = Field(
        default="service", description="label that names the service; `job` where it is missing", examples=["app"]
    )
    metrics: tuple[Metric, ...] = Field(
        default=(), description="queries whose course is drawn", examples=[[{"name": "errors", "query": "errors"}]]
    )
    stale_after: float | None = Field(
        default=None, gt=0,
        description="seconds without a sample after which a firing alert has ended; default 2.5 times the spacing",
        examples=[90],
    )  # fmt: skip
    link: str = Field(
        default=GRAPH, description=f"address behind an event or a metric, with {', '.join(_PLACES)} in braces",
        examples=[GRAPH],
    )  # fmt: skip

    @field_validator("link")
    @classmethod
    def _known_places(cls, value: str) -> str:
        try:
            value.format(**dict.fromkeys(_PLACES, ""))
        except (LookupError, ValueError, AttributeError):
            raise ValueError(f"has a {{place}} that is none of: {', '.join(_PLACES)}") from None
        return value

    def linked(self, expr: str, start: datetime, end: datetime) -> str:
        """The address of `expr` over this span."""
        seconds = max(60, int((end - start).total_seconds()))
        return self.link.format(
            url=self.base,
            expr=quote(expr, safe=""),
            start=quote(f"{start:%Y-%m-%d %H:%M:%S}"),
            end=quote(f"{end + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}"),
            range=f"{seconds}s",
            start_ms=int(start.timestamp() * 1000),
            end_ms=int(end.timestamp() * 1000),
        )
