"""What can be configured for Slack."""

import re
from collections.abc import Mapping

from pydantic import Field, SecretStr, field_validator

from pipeline.connector import ConnectorSettings
from pipeline.http import HttpSettings

_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")


class SlackSettings(HttpSettings, ConnectorSettings):
    """Settings of `use: slack`."""

    url: str = Field(
        default="https://slack.com/api", description="address of the Web API", examples=["https://slack-gov.com/api"]
    )
    token: SecretStr | None = Field(
        default=None, description="token of an internal app, of its bot or of a user", examples=["${SLACK_TOKEN}"]
    )
    channels: tuple[str, ...] = Field(
        min_length=1, description="ids of the channels to read (at the foot of a channel's details)",
        examples=[["C024BE91L"]],
    )  # fmt: skip
    services: Mapping[str, str] = Field(
        default={}, description="service that a channel is about", examples=[{"C024BE91L": "checkout"}]
    )
    threads: bool = Field(default=True, description="whether replies are read: a request a thread", examples=[True])
    thread_history: float = Field(
        default=24, ge=0, description="hours before the window in which a thread that goes on in it may have begun",
        examples=[24],
    )  # fmt: skip
    pins: bool = Field(default=True, description="whether pinned messages are marked", examples=[True])
    bots: bool = Field(default=True, description="whether messages of apps and bots are read", examples=[True])
    logins: Mapping[str, str] = Field(
        default={}, description="login of a user id, for roles", examples=[{"U024BE7LH": "alice"}]
    )
    look_up_users: bool = Field(
        default=False, description="whether logins of other user ids are asked for (users.info): a request a person",
        examples=[True],
    )  # fmt: skip

    @field_validator("channels")
    @classmethod
    def _ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _CHANNEL.fullmatch(one):
                raise ValueError(f"{one!r} is no channel id such as C024BE91L")
        return value
