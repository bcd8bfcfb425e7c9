"""Events as a pandas frame, and the columns that every rule reads."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pandas as pd

from pipeline.event import Event

UTC = pd.DatetimeTZDtype("us", "UTC")
TIMES = ("at", "end", "episode", "active_since")
TEXTS = (
    "kind", "moment", "title", "source", "native_id", "service", "severity", "fingerprint", "url", "body",
    "actor_role", "connector", "id",
)  # fmt: skip


def events_frame(events: Sequence[Event]) -> pd.DataFrame:
    """One row an event, ordered by (at, id): TIMES are datetime64[us, UTC], TEXTS str, `labels` a mapping.

    The order of arrival and the split into sources do not show in it.
    """
    columns: dict[str, Any] = {
        name: pd.to_datetime(pd.Series(_column(events, name), dtype=object), utc=True).astype(UTC) for name in TIMES
    }
    columns |= {name: pd.Series(_column(events, name), dtype=object) for name in TEXTS}
    columns["precision_s"] = pd.Series(_column(events, "precision_s"), dtype="float64")
    columns["labels"] = pd.Series(_column(events, "labels"), dtype=object)
    frame = pd.DataFrame(columns)
    return frame.sort_values(["at", "id", "connector"], kind="stable", ignore_index=True)


def _column(events: Sequence[Event], name: str) -> list[Any]:
    return list(map(attrgetter(name), events))


def label(frame: pd.DataFrame, name: str) -> pd.Series:
    """One label of every event as text, "" where an event does not carry it."""
    return pd.Series([labels.get(name, "") for labels in frame["labels"]], index=frame.index, dtype=object)
