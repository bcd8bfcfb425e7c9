"""What can be configured for Alertmanager."""

from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator, model_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings


class AlertmanagerSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: alertmanager`."""

    url: str = Field(description="address of the Alertmanager", examples=["https://alertmanager.example.com"])
    current: bool = Field(default=True, description="whether the alerts that are active now are read", examples=[True])
    matchers: tuple[str, ...] = Field(
        default=(), description="matchers that narrow the alerts of now, as Alertmanager understands them",
        examples=[['team="shop"', 'severity=~"page|critical"']],
    )  # fmt: skip
    webhooks: tuple[Path, ...] = Field(
        default=(), description="files, or globs of them, in which a receiver stored the webhooks (JSON Lines)",
        examples=[["webhooks/*.jsonl"]],
    )  # fmt: skip
    ignore_alerts: tuple[str, ...] = Field(
        default=("Watchdog",), description="names of alerts that are never read", examples=[["Watchdog"]]
    )
    service_label: str = Field(
        default="service", description="label that names the service; `job` where it is missing", examples=["app"]
    )
    severity_label: str = Field(default="severity", description="label that names the severity", examples=["priority"])
    external_labels: tuple[str, ...] = Field(
        default=(), description="names of labels that Prometheus adds to all it sends (`external_labels`)",
        examples=[["cluster", "replica"]],
    )  # fmt: skip

    @property
    def knows_incidents(self) -> bool:
        return bool(self.webhooks)

    @field_validator("webhooks")
    @classmethod
    def _webhooks_beside_the_configuration(cls, value: tuple[Path, ...], info: ValidationInfo) -> tuple[Path, ...]:
        base = (info.context or {}).get("base")
        return tuple(Path(base) / one.expanduser() if base else one for one in value)

    @model_validator(mode="after")
    def _something_to_read(self) -> "AlertmanagerSettings":
        if not self.current and not self.webhooks:
            raise ValueError("with `current: false` name the files of `webhooks`: there is nothing to read otherwise")
        return self
