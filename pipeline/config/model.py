"""The keys of the configuration file; every one is read somewhere, and every one says what it is."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, PrivateAttr, SecretStr, model_validator
from pydantic.functional_validators import AfterValidator

from pipeline.config.checking import Check
from pipeline.config.publishing import Publish
from pipeline.config.serving import Serve
from pipeline.config.sources import Source, secrets_in
from pipeline.config.values import Duration, Positive, Severity
from pipeline.config.wording import Fields


def _pattern(value: str) -> str:
    try:
        empty = re.compile(value).fullmatch("")
    except re.error as problem:
        raise ValueError(f"is no regular expression: {problem.msg} at character {(problem.pos or 0) + 1}") from None
    if empty:
        raise ValueError("matches an empty text: make it match what to redact, and only that")
    return value


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Incidents(_Keys):
    from_: str = Field(alias="from", description="name of the connector that knows incidents", examples=["events"])


class LogEngine(_Keys):
    use: Literal["local", "dask"] = Field(
        default="local", description="who reads large log files: this machine, or a Dask cluster", examples=["local"]
    )
    scheduler: str = Field(
        default="", description="address of the Dask cluster, whose workers see the files under the same paths",
        examples=["tcp://dask.internal:8786"],
    )  # fmt: skip

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.use == "dask" and not self.scheduler:
            raise ValueError('needs a scheduler: add "scheduler: tcp://HOST:8786"')
        return self


class Padding(_Keys):
    before: Duration = Field(
        default=timedelta(minutes=30), description="how much to look at before the opening", examples=["30m"]
    )
    after: Duration = Field(
        default=timedelta(minutes=30), description="how much to look at after the closing", examples=["30m"]
    )


class Output(_Keys):
    directory: Path = Field(
        default=Path("postmortems"), description="folder that drafts are written to", examples=["postmortems"]
    )


class Rule(_Keys):
    name: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="what stands in the place", examples=["order-number"]
    )
    pattern: Annotated[str, AfterValidator(_pattern)] = Field(
        description="regular expression of what to redact", examples=[r"ORD-\d{8}"]
    )


class Redaction(_Keys):
    rules: tuple[Rule, ...] = Field(
        default=(), description="further patterns to redact", examples=[[{"name": "order-number", "pattern": "ORD-…"}]]
    )


class Config(_Keys):
    """The whole file. `connectors` come first in every order that befell has to choose."""

    incidents: Incidents | None = Field(
        default=None, description="where incidents are looked up; absent: every connector that knows incidents is asked"
    )
    connectors: tuple[InstanceOf[Source], ...] = Field(
        min_length=1, description="the list of sources", examples=[[{"use": "files", "events": "events.jsonl"}]]
    )
    log_engine: LogEngine = Field(default=LogEngine(), description="what reduces log lines")
    roles: Mapping[str, str] = Field(
        default={}, description="role by login or name: people appear by role", examples=[{"alice": "database lead"}]
    )
    severities: Mapping[str, Severity] = Field(
        default={}, description="severity by the word of the incident source", examples=[{"urgent": "SEV-1"}]
    )
    window: Padding = Field(default=Padding(), description="padding of an incident's own times")
    output: Output = Field(default=Output(), description="where drafts go")
    state: Path = Field(
        default=Path(".befell"), description="folder of befell's own files (snapshots)", examples=[".befell"]
    )
    store: SecretStr | None = Field(
        default=None,
        description="where evidence and drafts are kept for the next draft: a path, or the URL of a PostgreSQL one",
        examples=["postgresql://befell:${STORE_PASSWORD}@db.internal/befell"],
    )
    language: str = Field(
        default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$", examples=["de"],
        description="of new drafts: en, de, or one that `templates` has words for; an edited draft keeps its own",
    )  # fmt: skip
    templates: Path | None = Field(
        default=None, description="folder of templates that go before the shipped ones: docs/templates.md",
        examples=["templates"],
    )  # fmt: skip
    fields: Fields = Field(
        default={}, description="fields of your own in the front matter of drafts; null: to be filled in by a reviewer",
        examples=[{"cost_center": "4711"}],
    )  # fmt: skip
    redaction: Redaction = Field(default=Redaction(), description="what to redact besides the built-in rules")
    publish: Publish = Field(default=Publish(), description="where drafts are published to, by target")
    check: Check = Field(default=Check(), description="rules of `befell check`, docs/check.md")
    serve: Serve = Field(default=Serve(), description="befell as a service")
    deadline: Positive = Field(
        default=timedelta(seconds=120), description="time that collecting may take in all", examples=["120s"]
    )
    _base: Path = PrivateAttr(default=Path())

    @property
    def base(self) -> Path:
        """The folder of the file, absolute: relative paths start here, and no text of a draft shows it."""
        return self._base

    @property
    def drafts(self) -> Path:
        """The folder of drafts, absolute."""
        return self._base / self.output.directory.expanduser()

    @property
    def own_templates(self) -> Path | None:
        """The folder of one's own templates, absolute."""
        return self._base / self.templates.expanduser() if self.templates else None

    @property
    def snapshots(self) -> Path:
        """The folder of snapshots, absolute."""
        return self._base / self.state.expanduser() / "snapshots"

    @property
    def store_address(self) -> str | None:
        """The store, a path made absolute; None for the default."""
        said = self.store.get_secret_value() if self.store else ""
        if not said or "://" in said:
            return said or None
        return str(self._base / Path(said).expanduser())

    def secrets(self) -> Iterator[str]:
        """Every secret value in the file, so that no text shows it; very short ones hide ordinary words."""
        settings = (*(source.settings for source in self.connectors), self.publish, self.serve)
        store = self.store.get_secret_value() if self.store else ""
        password = urlsplit(store).password if "://" in store else None
        found = (*(secret for one in settings for secret in secrets_in(one)), password or "")
        return (secret for secret in found if len(secret) >= 4)

    def at(self, base: Path) -> "Config":
        self._base = base
        return self
