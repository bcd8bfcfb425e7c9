"""What says that a deploy undid another one: its names, its messages, or a commit that ran before."""

import re

_WORDS = re.compile(r"\b(?:roll(?:s|ed|ing)?[ -]?backs?|revert(?:s|ed|ing)?)\b", re.IGNORECASE)
_PREFIX = r"^(?:\w+(?:\([^)]*\))?!?:\s*)?+"  # conventional commits: "fix(api): …"
_ABOUT = re.compile(  # a commit that works on a rollback feature undoes nothing
    _PREFIX + r"(?:add|allow|document|docs|enable|fix|handle|implement|improve|introduce|make|prepare|refactor|remove|"
    r"support|test|tests|update|explain|describe)(?:s|ed|es|d)?\b",
    re.IGNORECASE,
)
_BODY = re.compile(r'^(?:Revert "|This reverts commit )', re.MULTILINE)
_MERGED = re.compile(r"\brevert-(?:\d+-|[0-9a-f]{7,40}\b)")  # branches of GitHub's and GitLab's Revert button
_REVERTED = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})")


def said_by(tag: str, note: str, subject: str, body: str) -> str:
    """Which text says that this deploy is a rollback: "tag name", "tag message", "commit message", or ""."""
    if _WORDS.search(re.sub(r"[/_.]", " ", tag)):
        return "tag name"
    if _says(note.partition("\n")[0]):
        return "tag message"
    return "commit message" if _says(subject) or _MERGED.search(subject) or _BODY.search(body) else ""


def _says(line: str) -> bool:
    return bool(_WORDS.search(line)) and not _ABOUT.search(line)


def reverted(body: str) -> str:
    """The sha that `git revert` names in a message, or ""."""
    found = _REVERTED.search(body)
    return found[1] if found else ""
