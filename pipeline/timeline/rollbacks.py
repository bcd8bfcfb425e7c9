"""What a rollback undid: tied by what it names, else by being the last deploy of the service before it."""

from collections.abc import Mapping, Sequence

from pipeline.event import Event
from pipeline.timeline.model import Row


def undone(rows: Sequence[Row], events: Mapping[str, Event]) -> dict[str, str]:
    """Row id of each rollback → row id of the deploy that it undid."""
    deploys = [row for row in rows if row.kind in ("deploy", "change") and row.moment == "deployed"]
    found = {}
    for row in rows:
        if row.moment != "rolled back":
            continue
        earlier = [one for one in deploys if one.at < row.at and one.service == row.service]
        label = events[row.id].labels.get("rolls_back", "") if row.id in events else ""
        named = [one for one in earlier if label and _names(one, label, events)]
        for one in (named or earlier)[-1:]:
            found[row.id] = one.id
    return found


def restored(rows: Sequence[Row], events: Mapping[str, Event]) -> frozenset[str]:
    """The deploys whose version a rollback went back to: what ran again is no trigger."""
    back = {(row.service, _sha(row, events)) for row in rows if row.moment == "rolled back"}
    return frozenset(row.id for row in rows if _sha(row, events) and (row.service, _sha(row, events)) in back)


def _sha(row: Row, events: Mapping[str, Event]) -> str:
    return events[row.id].labels.get("sha", "") if row.id in events else ""


def _names(row: Row, label: str, events: Mapping[str, Event]) -> bool:
    labels = events[row.id].labels if row.id in events else {}
    known = {labels.get(key, "") for key in ("tag", "sha", "version")} - {""}
    return any(one == label or one.startswith(label) or label.startswith(one) for one in known)
