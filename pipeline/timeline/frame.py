"""Events as a pandas frame, and the columns that every rule reads."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.event import Event

UTC = pd.DatetimeTZDtype("us", "UTC")
TIMES = ("at", "end", "episode", "active_since")
TEXTS = (
    "kind", "moment", "title", "source", "native_id", "service", "severity", "fingerprint", "url", "body",
    "actor_role", "connector", "id",
)  # fmt: skip
# What a source may call the label that the rules need; the first that is there counts.
LABELS = {
    "alert_name": ("alertname", "alert_name", "alert", "rulename", "rule", "monitor", "check", "name"),
    "told_service": ("service", "app", "application", "component", "service_name", "svc", "job"),
    "sha": ("sha", "commit", "revision", "git_sha", "commit_sha"),
    "version": ("version", "release", "image_tag", "image", "tag"),
}
Codes = npt.NDArray[np.int64]


def events_frame(events: Sequence[Event]) -> pd.DataFrame:
    """One row an event, ordered by (at, id): TIMES are datetime64[us, UTC], TEXTS (`title` a category) and LABELS str.

    The order of arrival and the split into sources do not show in it.
    """
    columns: dict[str, Any] = {
        name: pd.to_datetime(pd.Series(_column(events, name), dtype=object), utc=True).astype(UTC) for name in TIMES
    }
    columns |= {name: pd.Series(_column(events, name), dtype=object) for name in TEXTS}
    columns["precision_s"] = pd.Series(_column(events, "precision_s"), dtype="float64")
    labels = [{key.casefold(): value for key, value in event.labels.items()} for event in events]
    for name, known in LABELS.items():
        columns[name] = pd.Series(
            [next((one[key] for key in known if one.get(key)), "") for one in labels], dtype=object
        )
    frame = pd.DataFrame(columns).astype({"title": "category"})  # read by every rule, and most titles come again
    return frame.sort_values(["at", "id", "connector"], kind="stable", ignore_index=True)


def _column(events: Sequence[Event], name: str) -> list[Any]:
    return list(map(attrgetter(name), events))


def by_value(column: pd.Series, function: Callable[[Any], Any], dtype: Any = object) -> pd.Series:
    """`function` of each value, called once for each different one: titles and services come again and again."""
    codes, values = pd.factorize(column)
    found = pd.Series([function(value) for value in values], dtype=dtype)
    return pd.Series(found.to_numpy()[codes], index=column.index) if len(column) else pd.Series([], dtype=dtype)


def codes(*columns: pd.Series) -> Codes:
    """One number for each different combination of the columns' values."""
    found: Codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        part, values = pd.factorize(column)
        found, _ = pd.factorize(found * (len(values) + 1) + part)
    return found
