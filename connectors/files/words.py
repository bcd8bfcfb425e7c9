"""The words that files use for kinds, states and severities, and what befell calls them."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import cast

from pipeline.event import DEFAULT_MOMENT, KINDS, LEVELS, Kind, Moment

_THEIRS: Mapping[str, Kind] = {
    "chat": "message", "slack": "message", "comment": "message", "note": "message", "msg": "message",
    "email": "message",
    "deployment": "deploy", "release": "deploy", "rollout": "deploy", "rollback": "deploy",
    "config": "change", "configuration": "change", "feature-flag": "change", "feature flag": "change", "flag": "change",
    "maintenance": "change", "migration": "change",
    "incident": "page", "paging": "page", "alarm": "alert", "alerts": "alert", "monitor": "alert",
    "announcement": "status", "statuspage": "status", "status page": "status",
    "logs": "log", "metrics": "metric", "measurement": "metric",
    "command": "action", "runbook": "action", "step": "action",
}  # fmt: skip
_MOMENTS: Mapping[str, Moment] = {
    **dict.fromkeys(("fired", "firing", "triggered", "open", "opened", "alerting", "active", "problem"), "fired"),
    **dict.fromkeys(("resolved", "ok", "closed", "recovered", "inactive", "normal"), "resolved"),
    **dict.fromkeys(("acknowledged", "acked", "ack"), "acknowledged"),
    **dict.fromkeys(("success", "succeeded", "successful", "deployed", "completed", "complete", "done"), "deployed"),
    **dict.fromkeys(("rolled back", "rolledback", "rollback", "reverted"), "rolled back"),
    **dict.fromkeys(("failed", "failure", "error"), "failed"),
}
_ALERTING = ("fired", "acknowledged", "resolved")
_CHANGING = ("deployed", "changed", "rolled back", "failed")
_SENSIBLE: Mapping[str, tuple[str, ...]] = {
    "alert": _ALERTING, "page": _ALERTING, "deploy": _CHANGING, "change": _CHANGING[1:],
    "action": ("changed", "rolled back", "failed", "acknowledged", "resolved"),
}  # fmt: skip
_LEVELS: Mapping[str, str] = {
    **dict.fromkeys(("crit", "fatal", "emergency", "emerg", "alert", "panic", "disaster", "sev1", "p1"), "critical"),
    **dict.fromkeys(("err", "high", "major", "severe", "sev2", "p2"), "error"),
    **dict.fromkeys(("warn", "medium", "moderate", "average", "minor", "sev3", "p3"), "warning"),
    **dict.fromkeys(("informational", "information", "notice", "low", "ok", "sev4", "p4", "p5"), "info"),
    **dict.fromkeys(("trace", "verbose", "fine"), "debug"),
}
_UNDONE = re.compile(r"\b(?:roll(?:ed|ing|s)?[ -]?backs?|revert(?:s|ed|ing)?)\b", re.IGNORECASE)
_UNDO_KEYS = {"rollback", "revert", "reverts", "is rollback", "rolled back", "rollback of", "rollback to", "rolls back"}
_INTENT_KEYS = re.compile(r"\b(?:policy|strategy|on|auto|automatic|enabled|allowed|previous)\b")
_NO = {"", "false", "no", "0", "none", "null"}


def kind_of(word: str, own: Mapping[str, Kind]) -> Kind:
    """befell's kind for a file's word; ValueError names the nearest word that is known."""
    plain = word.casefold().replace("_", "-").strip()
    mine = {theirs.casefold().replace("_", "-"): ours for theirs, ours in own.items()}
    if found := mine.get(plain):
        return found
    if plain in KINDS:
        return cast(Kind, plain)
    if found := _THEIRS.get(plain) or _THEIRS.get(plain.replace("-", " ")):
        return found
    near = nearest(plain, [*KINDS, *mine, *_THEIRS]) or "one of " + ", ".join(KINDS)
    raise ValueError(f"{word[:60]!r} is not known. Write {near}, or map it in the setting `kinds`.")


def moment_of(kind: Kind, status: str, title: str, labels: Mapping[str, str]) -> Moment:
    """What the record says happened: its status where it makes sense for the kind, otherwise the kind's default.

    A deploy that names itself a rollback or revert is one, unless its status says that it failed.
    """
    moment = _MOMENTS.get(status.casefold().replace("_", " ").replace("-", " ").strip())
    if moment and moment not in _SENSIBLE.get(kind, (moment,)):
        moment = None
    if moment == "deployed" and kind != "deploy":
        moment = None
    if kind == "deploy" and moment != "failed" and (_UNDONE.search(title) or _labels_undo(labels)):
        return "rolled back"
    return moment or DEFAULT_MOMENT[kind]


def _labels_undo(labels: Mapping[str, str]) -> bool:
    for name, value in labels.items():
        key = re.sub(r"[\W_]+", " ", name).casefold().strip()
        if key in _UNDO_KEYS and value.casefold().strip() not in _NO:
            return True
        if not _INTENT_KEYS.search(key) and _UNDONE.search(value.replace("_", " ")):
            return True
    return False


def level_of(word: str) -> str:
    """One of LEVELS for a file's word, or "" where no rule says so."""
    plain = word.casefold().strip()
    return plain if plain in LEVELS else _LEVELS.get(re.sub(r"[\s_-]", "", plain), "")


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest known word in quotes, or ""."""
    found = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"{found[0]!r}" if found else ""
