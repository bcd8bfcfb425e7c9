"""What a configuration may say about a git repository."""

import re
import string
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    model_validator,
)

from pipeline.connector import ConnectorSettings

LINK_FIELDS = ("sha", "short", "tag", "branch")
_GROUPS = {"service", "version", "environment"}


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _from_base(value: Path | None, info: ValidationInfo) -> Path | None:
    return Path((info.context or {}).get("base", "")) / value.expanduser() if value else value


def _pattern(value: str) -> str:
    try:
        groups = set(re.compile(value).groupindex)
    except re.error as problem:
        raise ValueError(f"is no regular expression ({problem})") from None
    if value and ("service" not in groups or groups - _GROUPS):
        raise ValueError("needs a group (?P<service>…), and may have (?P<version>…) and (?P<environment>…)")
    return value


def _template(value: str) -> str:
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
    except ValueError as problem:
        raise ValueError(f"is no template ({problem})") from None
    if unknown := sorted(fields - set(LINK_FIELDS)):
        raise ValueError(f"{{{unknown[0]}}} is not known; use " + ", ".join(f"{{{name}}}" for name in LINK_FIELDS))
    return value


Globs = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)]


class DeployRule(BaseModel):
    """What counts as a deploy: tags, or commits on the first-parent line of a branch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tags: Globs = Field(default=(), description="glob, or list of globs, over tag names", examples=["deploy/*", "v*"])
    branch: str = Field(default="", description="branch whose commits are deploys", examples=["release"])
    merges: bool = Field(default=False, description="of the branch, only merge commits", examples=[True])
    paths: Globs = Field(
        default=(), description="of the branch, only commits that change these paths", examples=[["deploy/prod/**"]]
    )
    service: str = Field(default="", description="service that this rule deploys", examples=["checkout"])

    @model_validator(mode="after")
    def _one_way(self) -> "DeployRule":
        if bool(self.tags) == bool(self.branch):
            raise ValueError("give either tags or branch")
        if self.tags and (self.merges or self.paths):
            raise ValueError("merges and paths go with branch, not with tags")
        return self

    def __str__(self) -> str:
        if self.tags:
            return f"tags {' '.join(self.tags)}"
        parts = [f"branch {self.branch}", "merges" if self.merges else "", " ".join(self.paths)]
        return ", ".join(part for part in parts if part)


class GitSettings(ConnectorSettings):
    """Settings of the `git` connector."""

    path: Annotated[Path | None, AfterValidator(_from_base)] = Field(
        default=None, description="folder of a repository on this machine", examples=["../shop"]
    )
    url: str = Field(
        default="",
        description="address to clone from (https, ssh, file or a bundle); give this or path",
        examples=["https://github.com/example/shop.git"],
    )
    token: SecretStr | None = Field(
        default=None, description="access token for an https address", examples=["${GIT_TOKEN}"]
    )
    cache: Annotated[Path | None, AfterValidator(_from_base)] = Field(
        default=None,
        description="folder for clones; by default befell/git in the user's cache folder",
        examples=["/var/cache/befell/git"],
    )
    deploys: tuple[DeployRule, ...] = Field(
        min_length=1,
        description="rules that say what a deploy is; each has tags, or branch with merges or paths",
        examples=[[{"tags": "deploy/*"}], [{"branch": "main", "paths": ["deploy/prod/**"]}]],
    )
    service: str = Field(default="", description="service that this repository deploys", examples=["checkout"])
    service_pattern: Annotated[str, AfterValidator(_pattern)] = Field(
        default="",
        description="regular expression over tag names with the group service, and optionally version and environment",
        examples=["(?P<service>.+)/v(?P<version>.+)"],
    )
    link: Annotated[str, AfterValidator(_template)] = Field(
        default="",
        description="template of a deploy's link with {sha} {short} {tag} {branch}; guessed for GitHub and GitLab",
        examples=["https://git.example.com/shop/commit/{sha}"],
    )

    _base: Path = PrivateAttr(default=Path())

    def model_post_init(self, context: Any, /) -> None:
        self._base = Path((context or {}).get("base", ""))

    @property
    def base(self) -> Path:
        """The folder that relative paths start from."""
        return self._base

    @model_validator(mode="after")
    def _one_place(self) -> "GitSettings":
        if bool(self.path) == bool(self.url):
            raise ValueError("give either path or url")
        if self.url.startswith("-") or "::" in self.url.partition("/")[0]:
            raise ValueError("url is no address that git can clone from")
        return self
