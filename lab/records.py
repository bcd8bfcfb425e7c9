"""Writing what the lab records: JSON Lines of events in the fields that the `files` connector takes."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    raise TypeError(f"{value!r} does not go into JSON")


def append(path: Path, event: Mapping[str, Any]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(event, default=plain) + "\n")


def save(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, default=plain, indent=2) + "\n")
