"""What each event is about, however its source spells it: which alert of which service, which version of what.

Sources disagree on case, separators and label names, and leave parts out; what one leaves out, another one's record of
the same thing fills in.
"""

import re

import numpy as np
import pandas as pd

from pipeline.event import ALERTS
from pipeline.timeline.frame import by_value, codes

LONG_ENOUGH = 6  # letters of an alert's name that may be looked for in a text
_ANNOUNCES = re.compile(r"\b(?:firing|fired|alert\w*|trigger\w*|problem|critical|resolved?|recover\w*|ok|incident)\b")
_VERSION = re.compile(r"\bv?(\d+\.\d+(?:\.\d+)+)\b")
_SHA = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{7,40})\b")


def squeezed(text: str) -> str:
    """Letters and digits only, case-folded: `High errors`, `high_errors` and `HighErrors` are one."""
    return re.sub(r"[\W_]+", "", text.casefold())


def subjects(frame: pd.DataFrame) -> pd.DataFrame:
    """For each event its `subject` (int64, equal for events about one thing), `version` (int64) and `rule` (str).

    A `version` other than the subject's one before starts a new row: it is -1 for all that has none.
    """
    service = _service(frame)
    told, name = _alerts(frame, service)
    deploy = frame["kind"].eq("deploy").to_numpy()
    alert = name.ne("").to_numpy()
    words = by_value(frame["title"], squeezed)
    subject = codes(frame["kind"], frame["moment"], service, words) * 3
    subject[alert] = codes(told[alert], name[alert]) * 3 + 1
    subject[deploy] = codes(service[deploy]) * 3 + 2
    version = np.full(len(frame), -1, dtype=np.int64)
    version[deploy] = codes(_versions(frame[deploy], service[deploy], words[deploy]))
    rule = np.where(frame["kind"].eq("log"), "same log line", "same words at the same time").astype(object)
    rule[alert], rule[deploy] = "same alert by name and service", "same version deployed"
    return pd.DataFrame({"subject": subject, "version": version, "rule": rule}, index=frame.index)


def _service(frame: pd.DataFrame) -> pd.Series:
    """The service as the labels tell it, else as the event does."""
    return by_value(frame["told_service"].where(frame["told_service"].ne(""), frame["service"]), squeezed)


def _alerts(frame: pd.DataFrame, service: pd.Series) -> tuple[pd.Series, pd.Series]:
    """(service, name) of the alert that each event tells of; the name is "" where it tells of none."""
    alert = frame["kind"].isin(ALERTS)
    name = by_value(frame["alert_name"], squeezed).where(alert, "")
    printed = frame["fingerprint"].where(alert, "")
    name, service = _filled(name, printed), _filled(service, printed)
    known = sorted({one for one in name.unique() if len(one) >= LONG_ENOUGH}, key=lambda one: (-len(one), one))
    post = frame["kind"].isin(("message", "status"))
    unnamed = (alert & name.eq("")) | post
    if known and unnamed.any():
        found = by_value(frame.loc[unnamed, "title"], lambda title: _named(title, known))
        announced = by_value(frame.loc[unnamed, "title"], lambda title: bool(_ANNOUNCES.search(title.casefold())), bool)
        name.loc[unnamed] = found.where(alert[unnamed] | announced, "")
    only = service[name.ne("") & service.ne("")].groupby(name).agg(["first", "nunique"])
    sole = only.loc[only["nunique"].eq(1), "first"]
    service = service.where(service.ne("") | name.eq(""), name.map(sole.to_dict()).astype(object).fillna(""))
    lost = post & name.ne("") & service.eq("")  # it names an alert of several services
    several = sorted({one for one in service.unique() if one}, key=lambda one: (-len(one), one))
    service.loc[lost] = by_value(frame.loc[lost, "title"].astype(object), lambda title: _named(title, several))
    lost &= service.eq("")  # and does not say which
    words = by_value(frame["title"], squeezed).where(alert, "")
    name = name.mask(lost, "").mask(alert & name.eq(""), words)
    return service, name


def _named(title: str, known: list[str]) -> str:
    """The longest known alert name in a title, "" where there is none."""
    text = squeezed(title)
    return next((one for one in known if one in text), "")


def _filled(column: pd.Series, key: pd.Series) -> pd.Series:
    """Empty values filled from events with the same key."""
    told = column[column.ne("") & key.ne("")].groupby(key).first()
    return column.where(column.ne("") | key.eq(""), key.map(told.to_dict()).astype(object).fillna(""))


def _versions(deploys: pd.DataFrame, service: pd.Series, words: pd.Series) -> pd.Series:
    """What was deployed: the commit where any source tells it, else the version, else the words."""
    said = by_value(deploys["version"].where(deploys["version"].ne(""), deploys["title"].astype(object)), _version)
    sha = by_value(deploys["sha"].where(deploys["sha"].ne(""), deploys["title"].astype(object)), _sha)
    both = service + " " + said
    sha = _filled(sha, both.where(said.ne(""), ""))
    return sha.where(sha.ne(""), said.where(said.ne(""), words))


def _version(text: str) -> str:
    found = _VERSION.search(text.casefold())
    return found[1] if found else ""


def _sha(text: str) -> str:
    found = _SHA.search(text.casefold())
    return found[1][:7] if found else ""
