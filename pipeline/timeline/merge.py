"""Duplicates: near events about one thing become one row.

They are marked, never deleted: every event keeps its evidence id in the row that it is merged into.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from pipeline.event import ALERTS
from pipeline.timeline.identity import subjects

FLAP_GAP = pd.Timedelta("15min")  # an alert that fires again within this after its resolve is flapping
REPEAT_GAP = pd.Timedelta("15min")  # the same log line, or the same version, again within this is a repeat
SAME_TIME = pd.Timedelta("90s")  # two clocks that tell of one thing differ by at most this
OPEN_FIRING = pd.Timedelta("24h")  # a firing that nobody resolved is not the same after a day


def mark(frame: pd.DataFrame, *, merged: bool = True, split: Collection[str] = ()) -> pd.DataFrame:
    """The frame (ordered by time) with `group` (int64, equal for one row of the timeline) and `rule` (why it is one).

    `merged` False leaves each event its own row; `split` names events whose rows a reviewer took apart.
    """
    if frame.empty:
        return frame.assign(group=pd.Series(dtype="int64"), rule=pd.Series(dtype=object))
    if not merged:
        return frame.assign(group=np.arange(len(frame)), rule="")
    told = subjects(frame)
    order = np.argsort(told["subject"].to_numpy(), kind="stable")  # time order is kept within a subject
    subject, version = told["subject"].to_numpy()[order], told["version"].to_numpy()[order]
    at = frame["at"].astype("int64").to_numpy()[order]
    new = np.ones(len(frame), dtype=bool)
    new[1:] = (subject[1:] != subject[:-1]) | (version[1:] != version[:-1])
    new[1:] |= np.diff(at) > _limits(frame, order, subject)[1:]
    group = np.empty(len(frame), dtype=np.int64)
    group[order] = np.cumsum(new)
    first = pd.Series(group).groupby(pd.factorize(frame["id"])[0]).transform("min").to_numpy()
    rule = told["rule"].where(first == group, "same record")
    group = _apart(frame, first, split)
    return frame.assign(group=group, rule=rule)


def _limits(frame: pd.DataFrame, order: np.ndarray, subject: np.ndarray) -> np.ndarray:
    """How long after the event before it (µs) each event may still be of the same row."""
    kind = frame["kind"].to_numpy()[order]
    resolved = frame["moment"].eq("resolved").to_numpy()[order]
    limit = np.full(len(frame), SAME_TIME // pd.Timedelta("1us"), dtype=np.int64)
    limit[(kind == "log") | (kind == "deploy")] = REPEAT_GAP // pd.Timedelta("1us")
    alert = (subject % 3 == 1) | np.isin(kind, ALERTS)
    limit[alert] = OPEN_FIRING // pd.Timedelta("1us")
    again = alert & ~resolved
    again[1:] &= resolved[:-1]
    limit[again] = FLAP_GAP // pd.Timedelta("1us")
    return limit


def _apart(frame: pd.DataFrame, group: np.ndarray, split: Collection[str]) -> np.ndarray:
    """The groups, with each event of a split row on its own; two records of one id stay together."""
    named = frame["id"].isin(split).to_numpy()
    if not named.any():
        return group
    alone = np.isin(group, group[named])
    apart = group.copy()
    apart[alone] = group.max() + 1 + pd.factorize(frame["id"])[0][alone]
    return apart
