"""Duplicates: each event gets the key of what it is about; near events of one key become one row.

Duplicates are marked, never deleted: every event keeps its evidence id in the row that it is merged into.
"""

import pandas as pd

from pipeline.timeline.frame import label

FLAP_GAP = pd.Timedelta("15min")  # an alert that fires again within this after its resolve is flapping
REPEAT_GAP = pd.Timedelta("15min")  # the same log line again within this is a repeat
SAME_TIME = pd.Timedelta("90s")  # two clocks that tell of one thing differ by at most this
OPEN_FIRING = pd.Timedelta("24h")  # a firing that nobody resolved is not the same after a day


def mark(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `group` (int64, equal for one row of the timeline) and `rule` (what makes them one)."""
    keyed = frame.assign(**_keys(frame))
    ordered = keyed.sort_values(["key", "at", "id"], kind="stable")
    same_key = ordered["key"].eq(ordered["key"].shift())
    gap = ordered["at"] - ordered["at"].shift()
    is_alert = ordered["kind"].isin(("alert", "page"))
    after_resolve = ordered["moment"].shift().eq("resolved") & ordered["moment"].ne("resolved")
    limit = pd.Series(SAME_TIME, index=ordered.index)
    limit = limit.mask(ordered["kind"].eq("log"), REPEAT_GAP)
    limit = limit.mask(is_alert, OPEN_FIRING).mask(is_alert & after_resolve, FLAP_GAP)
    limit = limit.mask(ordered["rule"].eq("same version deployed"), REPEAT_GAP)
    group = (~(same_key & (gap <= limit))).cumsum()
    same_id = frame["id"].map(pd.Series(group.to_numpy(), index=ordered["id"]).groupby(level=0).min())
    return keyed.drop(columns="key").assign(group=same_id.astype("int64"))


def _keys(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """What each event is about, as text, and the rule that says so; the last that applies wins."""
    service = frame["service"].str.casefold()
    words = frame["title"].str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    key = frame["kind"] + "|" + frame["moment"] + "|" + service + "|" + words
    rule = pd.Series("same words at the same time", index=frame.index).mask(frame["kind"].eq("log"), "same log line")
    alert = frame["kind"].isin(("alert", "page"))
    name = label(frame, "alertname").str.casefold()
    told = label(frame, "service").str.casefold().mask(lambda s: s.eq(""), service)
    named, printed = alert & name.ne(""), alert & name.eq("") & frame["fingerprint"].ne("")
    key = key.mask(alert, "alert|" + service + "|" + words).mask(printed, "fingerprint|" + frame["fingerprint"])
    key = key.mask(named, "alert|" + told + "|" + name)
    rule = rule.mask(alert, "same alert").mask(printed, "same fingerprint").mask(named, "same alert by labels")
    version = label(frame, "sha").str.slice(0, 12).mask(lambda s: s.eq(""), label(frame, "version")).str.casefold()
    deploy = frame["kind"].eq("deploy") & version.ne("")
    key = key.mask(deploy, "deploy|" + service + "|" + version + "|" + frame["moment"])
    rule = rule.mask(deploy, "same version deployed")
    return {"key": key, "rule": rule}
