"""A source of a test, made of the functions that it is given."""

from collections.abc import Callable
from typing import Any

from pipeline.config import Source
from pipeline.connector import ConnectorSettings


def fake(name: str, limit: float = 5, **methods: Callable[..., Any]) -> Source:
    """A source with these methods (`events`, `check`, `find_incident`, …), which are called without `self`."""

    class Fake:
        kind = "fake"
        Settings = ConnectorSettings
        identity = f"fake:{name}"

        def __init__(self, settings: ConnectorSettings, http: Any) -> None: ...

    for method, give in methods.items():
        setattr(Fake, method, staticmethod(give))
    return Source(ConnectorSettings(use="fake", name=name, time_limit=limit), Fake)  # type: ignore[arg-type]
