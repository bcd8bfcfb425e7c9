"""What can be configured for PagerDuty."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field, SecretStr

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings

ENTRIES = (
    "trigger", "acknowledge", "unacknowledge", "resolve", "escalate", "exhaust_escalation_path",
    "repeat_escalation_path", "reach_*_limit", "delegate", "snooze", "*_change",
)  # fmt: skip


class PagerdutySettings(HttpSettings, ConnectorSettings):
    """Settings of `use: pagerduty`."""

    url: str = Field(
        default="https://api.pagerduty.com", description="address of the REST API",
        examples=["https://api.eu.pagerduty.com"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="read-only REST API key, sent as `Authorization: Token token=…`",
        examples=["${PAGERDUTY_TOKEN}"],
    )  # fmt: skip
    oauth: bool = Field(
        default=False, description="whether token is an OAuth access token, which is sent as `Bearer`", examples=[True]
    )
    service_ids: tuple[str, ...] = Field(
        default=(), description="ids of the services to read; left out: all", examples=[["PIJ90N7"]]
    )
    team_ids: tuple[str, ...] = Field(
        default=(), description="ids of the teams to read; left out: all", examples=[["PQ9K7I8"]]
    )
    services: Mapping[str, str] = Field(
        default={}, description="your name for a service of PagerDuty, by its id or a glob of its name",
        examples=[{"Checkout*": "checkout"}],
    )  # fmt: skip
    entries: tuple[str, ...] = Field(
        default=ENTRIES, description="globs of types of log entries that are read, without `_log_entry`",
        examples=[["trigger", "acknowledge", "resolve"]],
    )  # fmt: skip
    alerts: bool = Field(default=True, description="whether alerts are read: a request an incident", examples=[True])
    notes: bool = Field(default=True, description="whether notes are read: a request an incident", examples=[True])
    changes: bool = Field(default=True, description="whether change events are read", examples=[True])
    deploys: tuple[str, ...] = Field(
        default=("*deploy*",), description="globs of summaries of change events that are deploys",
        examples=[["*deployed to production*"]],
    )  # fmt: skip
    rollbacks: tuple[str, ...] = Field(
        default=("*rollback*", "*roll back*", "*rolled back*", "*revert*"),
        description="globs of summaries of change events that undo a deploy", examples=[["*rollback*"]],
    )  # fmt: skip

    def wants(self, service: Any) -> bool:
        """Whether what belongs to this service (a reference) is read; what belongs to none is."""
        return not self.service_ids or not isinstance(service, dict) or service.get("id") in self.service_ids

    def service(self, number: str, name: str) -> str:
        """Your name for a service of this id and name."""
        own = (ours for theirs, ours in self.services.items() if theirs == number or fnmatchcase(name, theirs))
        return next(own, name)
