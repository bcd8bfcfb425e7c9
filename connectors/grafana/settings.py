"""What can be configured for Grafana, and the links that lead back to it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.event import Kind
from pipeline.http import HttpSettings

KINDS: Mapping[str, Kind] = {
    "deploy": "deploy", "deployment": "deploy", "release": "deploy", "rollback": "deploy", "revert": "deploy",
    "change": "change", "config": "change", "feature-flag": "change", "maintenance": "change",
}  # fmt: skip


class Panels(BaseModel):
    """Panels of a dashboard that a reader of the draft should have at hand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dashboard: str = Field(description="uid of the dashboard, as in its address", examples=["cart-overview"])
    panels: tuple[int, ...] = Field(default=(), description="ids of its panels; left out: all", examples=[[2, 4]])
    service: str = Field(default="", description="service that they speak of", examples=["checkout"])
    variables: Mapping[str, str] = Field(
        default={}, description="values of the dashboard's variables", examples=[{"env": "production"}]
    )


class GrafanaSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: grafana`."""

    url: str = Field(description="address of the Grafana", examples=["https://grafana.example.com"])
    token: SecretStr | None = Field(
        default=None, description="token of a service account with the role Viewer", examples=["${GRAFANA_TOKEN}"]
    )
    annotations: bool = Field(default=True, description="whether annotations are read", examples=[True])
    tags: tuple[str, ...] = Field(
        default=(), description="tags of which an annotation must have one; left out: all are read",
        examples=[["deploy", "incident"]],
    )  # fmt: skip
    kinds: Mapping[str, Kind] = Field(
        default=KINDS, description="kind of event by an annotation's tag; others are messages",
        examples=[{"deploy": "deploy", "toggle": "change"}],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="service of what belongs to a dashboard, by its uid",
        examples=[{"cart-overview": "cart"}],
    )  # fmt: skip
    alerts: bool = Field(default=True, description="whether alert episodes are read", examples=[True])
    history: Literal["auto", "rules", "annotations"] = Field(
        default="auto", description="where Grafana keeps the state history: `rules` (Loki) or `annotations`",
        examples=["annotations"],
    )  # fmt: skip
    ignore_alerts: tuple[str, ...] = Field(
        default=(), description="titles of alert rules that are never read", examples=[["Watchdog"]]
    )
    service_label: str = Field(
        default="service", description="label of an alert, or key of a tag (`service:cart`), that names the service",
        examples=["app"],
    )  # fmt: skip
    severity_label: str = Field(
        default="severity", description="label of an alert that names the severity", examples=["priority"]
    )
    panels: tuple[Panels, ...] = Field(
        default=(), description="panels whose links belong into the draft",
        examples=[[{"dashboard": "cart-overview", "panels": [2]}]],
    )  # fmt: skip

    pictures: Path | None = Field(
        default=None, description="folder for pictures of these panels, which Grafana's image renderer draws",
        examples=["postmortems/pictures"],
    )  # fmt: skip

    @field_validator("pictures")
    @classmethod
    def _pictures_beside_the_configuration(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        base = (info.context or {}).get("base")
        return Path(base) / value.expanduser() if base and value else value

    def panel_link(
        self, dashboard: str, panel: object, start: datetime, end: datetime, variables: Mapping[str, str] | None = None
    ) -> str:
        """The address of a dashboard, or of a panel of it alone, over this span."""
        shown = {"viewPanel": str(panel)} if panel else {}
        chosen = {f"var-{name}": value for name, value in (variables or {}).items()}
        span = {"from": ms(start), "to": ms(end)}
        return f"{self.base}/d/{quote(dashboard, safe='')}?{urlencode({**span, **shown, **chosen})}"


def ms(at: datetime) -> int:
    """A time as Grafana's dashboards and annotations have it: Unix milliseconds."""
    return round(at.timestamp() * 1000)
