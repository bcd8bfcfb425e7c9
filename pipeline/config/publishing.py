"""The keys under `publish`: where drafts are published to; a target that is not there is not published to."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from pipeline.http import HttpSettings

_STRICT = ConfigDict(extra="forbid", frozen=True)
_BRANCH = Field(
    default="postmortems/{incident}", description="branch for the draft; `{incident}` stands for the incident's id",
    examples=["postmortems/{incident}"],
)  # fmt: skip
_PATH = Field(
    default="postmortems/{incident}.md", description="the draft's file in the repository",
    examples=["docs/postmortems/{incident}.md"],
)  # fmt: skip


def _base(where: str) -> Any:
    return Field(
        default="", description=f"branch that the draft's branch starts from; left out: {where}", examples=["main"]
    )


class Git(BaseModel):
    """A clone on this machine."""

    model_config = _STRICT

    repository: Path = Field(description="folder of the clone", examples=["../handbook"])
    branch: str = _BRANCH
    path: str = _PATH
    base_branch: str = _base("what is checked out")
    remote: str = Field(
        default="", description="remote that the branch is pushed to; left out: nothing is pushed", examples=["origin"]
    )

    @field_validator("repository")
    @classmethod
    def _beside_the_configuration(cls, value: Path, info: ValidationInfo) -> Path:
        base = (info.context or {}).get("base")
        return Path(base) / value.expanduser() if base else value


class _Target(HttpSettings):
    model_config = _STRICT

    token: SecretStr | None = Field(
        default=None, description="token of an account or app that may write there", examples=["${PUBLISH_TOKEN}"]
    )
    username: str = Field(default="", description="user name, instead of a token", examples=["befell@example.com"])
    password: SecretStr | None = Field(
        default=None, description="password, or API token, of this user", examples=["${PUBLISH_PASSWORD}"]
    )
    time_limit: float = Field(default=120.0, gt=0, description="seconds that publishing here may take", examples=[120])


class Github(_Target):
    """A pull request."""

    url: str = Field(
        default="https://api.github.com", description="address of the API; of GitHub Enterprise Server with /api/v3",
        examples=["https://github.example.com/api/v3"],
    )  # fmt: skip
    repository: str = Field(
        pattern=r"^[\w.-]+/[\w.-]+$", description="repository, as owner/name", examples=["example/handbook"]
    )
    branch: str = _BRANCH
    path: str = _PATH
    base_branch: str = _base("the default branch")


class Gitlab(_Target):
    """A merge request."""

    url: str = Field(
        default="https://gitlab.com", description="address of GitLab", examples=["https://gitlab.example.com"]
    )
    project: str = Field(description="project, as group/name", examples=["example/handbook"])
    branch: str = _BRANCH
    path: str = _PATH
    base_branch: str = _base("the default branch")


class Confluence(_Target):
    """A page of Confluence Cloud."""

    url: str = Field(description="address of the site, with /wiki", examples=["https://example.atlassian.net/wiki"])
    space: str = Field(description="key of the space", examples=["OPS"])
    parent: str = Field(default="", description="id of the page that the drafts go below", examples=["98765"])


class Notion(_Target):
    """A page of Notion."""

    url: str = Field(
        default="https://api.notion.com", description="address of the API", examples=["https://api.notion.com"]
    )
    time_limit: float = Field(default=600.0, gt=0, description="seconds that publishing here may take", examples=[600])
    page: str = Field(
        description="id of the page that the drafts go below; it is shared with the integration",
        examples=["59833787-2cf9-4fdf-8782-e53db20768a5"],
    )  # fmt: skip


class Slack(_Target):
    """A message with the summary."""

    url: str = Field(
        default="https://slack.com/api", description="address of the Web API", examples=["https://slack.com/api"]
    )
    channel: str = Field(
        pattern=r"^[CG][A-Z0-9]{2,}$", description="id of the channel (not its name)", examples=["C0123456789"]
    )
    link: str = Field(
        default="", description="where the draft is read; left out: what was published before it in the same command",
        examples=["https://wiki.example.com/postmortems/{incident}"],
    )  # fmt: skip


class Statuspage(_Target):
    """The draft of a postmortem on a status page."""

    url: str = Field(
        default="https://api.statuspage.io", description="address of the API", examples=["https://api.statuspage.io"]
    )
    page: str = Field(description="id of the page", examples=["kctbh9vrtdwd"])
    sections: tuple[str, ...] = Field(
        default=("summary", "impact"), min_length=1,
        description="ids of the draft's sections that customers may read", examples=[["summary", "impact"]],
    )  # fmt: skip


class Publish(BaseModel):
    """One entry a target."""

    model_config = _STRICT

    git: Git | None = Field(default=None, description="a branch in a clone on this machine")
    github: Github | None = Field(default=None, description="a pull request on GitHub")
    gitlab: Gitlab | None = Field(default=None, description="a merge request on GitLab")
    confluence: Confluence | None = Field(default=None, description="a page in Confluence Cloud")
    notion: Notion | None = Field(default=None, description="a page in Notion")
    slack: Slack | None = Field(default=None, description="a message with the summary and a link in Slack")
    statuspage: Statuspage | None = Field(
        default=None, alias="statuspage-draft", description="the draft of a postmortem on an incident of Statuspage"
    )
