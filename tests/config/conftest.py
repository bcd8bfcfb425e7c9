"""Two small kinds of connector, registered for these tests only."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from pipeline.config import loading, sources
from pipeline.connector import ConnectorSettings


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: str = Field(description="file to read", examples=["a.log"])
    level: int = Field(default=1, description="how deep to look", examples=[2])


class Password(BaseModel):
    how: Literal["password"]
    user: str = Field(description="user name", examples=["befell"])


class Key(BaseModel):
    how: Literal["key"]


class RemoteSettings(ConnectorSettings):
    url: str = Field(description="the server's address", examples=["https://metrics.example.com"])
    token: SecretStr | None = Field(default=None, description="bearer token", examples=["${TOKEN}"])
    login: Annotated[Password | Key, Field(discriminator="how")] | None = Field(
        default=None, description="how to log in"
    )
    parts: tuple[Part, ...] = Field(default=(), description="files to read")

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not value.startswith("http"):
            raise ValueError(f"{value} is no http address")
        return value


class Remote:
    kind = "remote"
    Settings = RemoteSettings


class Desk:
    kind = "desk"
    Settings = ConnectorSettings

    def find_incident(self, incident_id: str) -> None: ...


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Register the two kinds, and a third that cannot be imported; gives the kinds that were imported."""
    imported: list[str] = []
    classes = {"remote": Remote, "desk": Desk}

    def load_class(kind: str) -> type:
        imported.append(kind)
        return classes[kind] if kind in classes else sources.registered()[kind].load()

    points = {kind: EntryPoint(kind, f"nowhere.{kind}:X", sources.GROUP) for kind in ("broken", "desk", "remote")}
    monkeypatch.setattr(sources, "registered", lambda: points)
    monkeypatch.setattr(loading, "registered", lambda: points)
    monkeypatch.setattr(loading, "connector_class", load_class)
    return imported


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path
