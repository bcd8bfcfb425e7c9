"""From marked events to rows: one row a group, with everything that it stands for."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.event import ALERTS, LogSummary
from pipeline.timeline.model import Row

LOG_RULE = "same log template"
_TEXTS = ("id", "kind", "moment", "title", "service", "severity", "rule", "url", "body", "actor_role")
_KIND_ORDER = {"alert": 0, "deploy": 1, "change": 2, "action": 3, "status": 4, "page": 5, "message": 6, "metric": 7}


def rows(marked: pd.DataFrame) -> list[Row]:
    """The rows of a marked frame, ordered by time; `count` is the firings of an alert, else the records merged."""
    if marked.empty:
        return []
    resolved = marked["moment"].eq("resolved")
    ranked = marked.assign(resolved=resolved, rank=marked["kind"].map(_KIND_ORDER).fillna(9))
    ranked = ranked.sort_values(["group", "resolved", "rank", "at", "id"], kind="stable", ignore_index=True)
    first = ranked.drop_duplicates("group").set_index("group")
    table = first.assign(**_spans(ranked))
    by_time = ranked.sort_values(["group", "at", "id"], kind="stable", ignore_index=True)
    evidence, sources = _lists(by_time, "id"), _lists(by_time, "source")
    last = by_time[by_time["resolved"] & by_time["at"].eq(by_time["group"].map(table["resolved_at"]))]
    closing = dict(zip(last["group"].unique(), _lists(last, "id"), strict=True))
    texts = zip(*(table[name].tolist() for name in _TEXTS), strict=True)
    made = [
        Row(
            id=id_, at=at, end=end, kind=kind, moment=moment, title=title, service=service, severity=severity,
            sources=tuple(sorted(set(sources[i]))), count=count, evidence=tuple(dict.fromkeys(evidence[i])),
            end_evidence=() if moment == "resolved" else tuple(closing.get(group, ())), rule=rule if size > 1 else "",
            url=url, body=body, actor_role=role, precision_s=precision,
        )
        for i, (group, at, end, count, size, (id_, kind, moment, title, service, severity, rule, url, body, role),
                precision) in enumerate(zip(
            table.index.tolist(), _datetimes(table["opened_at"]), _datetimes(_ends(table)), table["count"].tolist(),
            table["size"].tolist(), texts, table["precision_s"].tolist(), strict=True,
        ))
    ]  # fmt: skip
    return sorted(made, key=lambda row: (row.at, row.id))


def _spans(ranked: pd.DataFrame) -> dict[str, pd.Series]:
    """For each group: its `size`, `count`, first and last times; indexed by group."""
    grouped = ranked.groupby("group")
    opening = ranked[~ranked["resolved"]].groupby("group")["at"].min()
    firing = ranked[ranked["kind"].isin(ALERTS) & ranked["moment"].eq("fired")]
    firings = firing.groupby(["group", "connector", "source"]).size().groupby("group").max()
    size = grouped.size()
    return {
        "size": size,
        "count": firings.reindex(size.index).fillna(size).astype("int64"),
        "opened_at": opening.reindex(size.index).fillna(grouped["at"].min()),
        "resolved_at": _closed(ranked).reindex(size.index),
        "last_at": grouped["at"].max(),
        "ended_at": grouped["end"].max(),
    }


def _closed(ranked: pd.DataFrame) -> pd.Series:
    """When each group was last resolved; nothing for one that fired again after that."""
    resolved = ranked[ranked["resolved"]].groupby("group")["at"].max()
    fired = ranked[ranked["moment"].eq("fired")].groupby("group")["at"].max().reindex(resolved.index)
    return resolved[~(fired > resolved)]


def _lists(ordered: pd.DataFrame, column: str) -> list[list[str]]:
    """The values of one column for each group, in the order of a frame that is sorted by group."""
    if ordered.empty:
        return []
    starts = np.flatnonzero(ordered["group"].ne(ordered["group"].shift()).to_numpy())
    values = ordered[column].tolist()
    ends = [*starts[1:].tolist(), len(values)]
    return [values[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]


def _ends(table: pd.DataFrame) -> pd.Series:
    """The last moment of each row: when it was resolved, else ended, else last repeated; none that is its first."""
    repeated = table["last_at"].where(table["size"].gt(1) & ~table["kind"].isin(ALERTS))
    found = table["resolved_at"].where(table["resolved_at"].ne(table["opened_at"]))
    for more in (table["ended_at"], repeated):
        found = found.where(found.notna(), more.where(more.ne(table["opened_at"])))
    return found.where(table["moment"].ne("resolved"))


def _datetimes(times: pd.Series) -> list[Any]:
    """As datetimes, None for none."""
    found = np.array(times.dt.to_pydatetime(), dtype=object)
    found[times.isna().to_numpy()] = None
    return list(found)


def log_rows(logs: tuple[LogSummary, ...]) -> list[Row]:
    """One row a log excerpt; the summaries that only count the rest have no template and no row."""
    return [
        Row(
            id=log.id, at=log.first, end=log.last if log.last != log.first else None, kind="log", moment="observed",
            title=log.template, service=log.service, severity=log.level, sources=(log.source or log.connector,),
            count=log.count, evidence=(log.id,), rule=LOG_RULE, body=log.reason,
        )
        for log in logs
        if log.template
    ]  # fmt: skip
