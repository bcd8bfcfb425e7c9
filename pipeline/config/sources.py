"""Connectors by name: found through entry points, imported only when the configuration uses them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import BaseModel, SecretStr

from pipeline.connector import Connector, ConnectorSettings
from pipeline.http import Http

GROUP = "befell.connectors"


@dataclass(frozen=True, slots=True)
class Source:
    """One configured connector: its checked settings and the class that they are for."""

    settings: ConnectorSettings
    connector: type[Connector]

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def knows_incidents(self) -> bool:
        """Whether it can be asked for an incident, as it is configured."""
        return callable(getattr(self.connector, "find_incident", None)) and self.settings.knows_incidents

    @property
    def keeps_incidents(self) -> bool:
        """Whether it knows incidents as such, and does not make one of each alert."""
        return self.knows_incidents and not getattr(self.connector, "alerts_are_incidents", False)

    def open(self, time_limit: float, clock: Callable[[], datetime]) -> tuple[Connector, Http]:
        """A fresh connector with its own way to the network; whatever its constructor raises."""
        http = Http(time_limit, clock)
        return self.connector(self.settings, http), http


def secrets_in(value: Any) -> Iterator[str]:
    """Every secret value in settings."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        yield from secrets_in(dict(value))
    elif isinstance(value, Mapping):
        yield from secrets_in(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from secrets_in(part)


@cache
def registered() -> dict[str, EntryPoint]:
    """Every connector kind that is installed here, without importing one."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}


def connector_class(kind: str) -> type[Connector]:
    """The class of a registered kind."""
    found: Any = registered()[kind].load()
    return found  # type: ignore[no-any-return]
