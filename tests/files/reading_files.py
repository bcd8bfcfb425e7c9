"""A files connector over a folder, and everything that it gives."""

import json
from datetime import UTC, datetime
from typing import Any

from connectors.files import FilesConnector, FilesSettings
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

WINDOW = Window(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC))
AT = datetime(2026, 11, 24, 9, 26, 46, tzinfo=UTC)
ALERT = {"time": "2026-11-24T09:26:46Z", "kind": "alert", "title": "High error rate"}


def connector(base, **settings: Any) -> FilesConnector:
    found = FilesSettings.model_validate({"use": "files", "name": "events", **settings}, context={"base": base})
    return FilesConnector(found, Http(60, lambda: AT))


def read(base, **settings: Any) -> tuple[list[Event], list[Rejected], list[Notice]]:
    found = list(connector(base, **settings).events(WINDOW))
    parts = ([one for one in found if isinstance(one, kind)] for kind in (Event, Rejected, Notice))
    return tuple(parts)  # type: ignore[return-value]


def lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)
