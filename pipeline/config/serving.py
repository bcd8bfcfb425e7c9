"""The keys under `serve`: befell as a service, which drafts when incidents close."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    model_validator,
)

from pipeline.config.values import Duration, Positive, Severity

_STRICT = ConfigDict(extra="forbid", frozen=True)
Role = Literal["viewer", "reviewer", "admin"]


class Hook(BaseModel):
    """Where one source posts to: /hooks/NAME. Exactly one of `token`, `password` and `secret` says who may."""

    model_config = _STRICT

    connector: str = Field(
        description="name of the connector that understands what is posted", examples=["prod-alerts"]
    )
    name: str = Field(
        default="", pattern=r"^[\w-]*$", description="last part of the address; left out: the connector's name",
        examples=["alerts"],
    )  # fmt: skip
    token: SecretStr | None = Field(
        default=None, description="bearer token that the source sends", examples=["${HOOK_TOKEN}"]
    )
    username: str = Field(default="", description="user name that the source sends", examples=["alertmanager"])
    password: SecretStr | None = Field(default=None, description="password of this user", examples=["${HOOK_PASSWORD}"])
    secret: SecretStr | None = Field(
        default=None, description="secret that the source signs with", examples=["${HOOK_SECRET}"]
    )

    @property
    def path(self) -> str:
        return self.name or self.connector

    @model_validator(mode="after")
    def _one_way_in(self) -> "Hook":
        given = [one for one in (self.token, self.password, self.secret) if one and one.get_secret_value()]
        if len(given) != 1:
            raise ValueError("needs exactly one of token, password (with username) and secret, and not an empty one")
        return self


class SlackNotice(BaseModel):
    """An incoming webhook of Slack."""

    model_config = _STRICT
    url: SecretStr = Field(description="address of the incoming webhook", examples=["${SLACK_WEBHOOK}"])


class EmailNotice(BaseModel):
    """Mail by SMTP, with the proposed meeting as a calendar file."""

    model_config = _STRICT
    host: str = Field(description="SMTP server", examples=["smtp.example.com"])
    port: int = Field(default=587, ge=1, le=65535, description="its port", examples=[587])
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the connection is secured", examples=["starttls"]
    )
    username: str = Field(default="", description="user name, where the server asks for one", examples=["befell"])
    password: SecretStr | None = Field(default=None, description="its password", examples=["${SMTP_PASSWORD}"])
    sender: str = Field(alias="from", description="address that mail comes from", examples=["befell@example.com"])
    to: tuple[str, ...] = Field(min_length=1, description="who is told", examples=[["sre@example.com"]])


class WebhookNotice(BaseModel):
    """A JSON message, signed as Standard Webhooks are."""

    model_config = _STRICT
    url: str = Field(pattern=r"^https?://", description="where it is posted", examples=["https://example.com/befell"])
    secret: SecretStr | None = Field(
        default=None, description="secret that it is signed with", examples=["${NOTICE_SECRET}"]
    )


class Notify(BaseModel):
    """Who is told of a new draft; each target that is there is told."""

    model_config = _STRICT
    slack: SlackNotice | None = Field(default=None, description="a message in Slack")
    email: EmailNotice | None = Field(default=None, description="mail with a calendar file")
    webhook: WebhookNotice | None = Field(default=None, description="a signed JSON message")


class Login(BaseModel):
    """Who is known without a token: those whom a proxy in front of befell has logged in."""

    model_config = _STRICT
    proxy_header: str = Field(
        pattern=r"^[A-Za-z0-9-]+$", description="header in which the proxy names who is logged in",
        examples=["X-Forwarded-User"],
    )  # fmt: skip
    from_: tuple[IPvAnyNetwork, ...] = Field(
        alias="from", min_length=1, description="networks that the proxy is in; from elsewhere the header says nothing",
        examples=[["127.0.0.1/32"]],
    )  # fmt: skip
    role: Role = Field(
        default="reviewer", description="what they may do: viewer, reviewer or admin", examples=["reviewer"]
    )


def _within_48_hours(value: timedelta) -> timedelta:
    if value > timedelta(hours=48):
        raise ValueError("should be 48h at most: a review is held within 48 hours of resolution")
    return value


def _word(value: Any) -> Any:
    return value.upper() if isinstance(value, str) and re.fullmatch(r"(?i)sev-[1-4]", value) else value


Drafted = Annotated[Severity | Literal["unknown"], BeforeValidator(_word)]


class Serve(BaseModel):
    """The service: `befell serve`, and what `befell sweep` has in common with it."""

    model_config = _STRICT

    hooks: tuple[Hook, ...] = Field(
        default=(), description="where sources post to", examples=[[{"connector": "prod-alerts", "token": "${TOKEN}"}]]
    )
    quiet_period: Duration = Field(
        default=timedelta(minutes=10), description="time without a new alert before a closed incident is drafted",
        examples=["10m"],
    )  # fmt: skip
    draft: tuple[Drafted, ...] = Field(
        default=("SEV-3", "unknown"), description="severities that get a draft, besides SEV-1 and SEV-2",
        examples=[["SEV-3", "unknown"]],
    )  # fmt: skip
    sweep: Positive = Field(
        default=timedelta(minutes=5), description="how often closed incidents without a draft are looked for",
        examples=["5m"],
    )  # fmt: skip
    since: Positive = Field(
        default=timedelta(days=7), description="how far back a sweep looks for closed incidents", examples=["7d"]
    )
    max_body: int = Field(default=5_000_000, ge=1_000, description="largest delivery, in bytes", examples=[5_000_000])
    url: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="public address of the service, for links to it",
        examples=["https://befell.example.com"],
    )  # fmt: skip
    review_after: Annotated[Positive, AfterValidator(_within_48_hours)] = Field(
        default=timedelta(hours=24), description="when the review meeting is, counted from resolution; 48h at most",
        examples=["24h"],
    )  # fmt: skip
    notify: Notify = Field(default=Notify(), description="who is told of a draft")
    login: Login | None = Field(default=None, description="who is known without a token")
