"""What the labels of an issue say of an incident: how severe, and which services."""

import re
from collections.abc import Iterable

_SCOPED = re.compile(r"([^:/]+?)\s*(?:::?|/)\s*(\S.*)")  # "severity: high", "severity/high", GitLab's "severity::high"
_BARE = re.compile(r"(?:sev|severity|p)[\s_-]?[1-4]", re.IGNORECASE)
_SEVERITY = ("severity", "sev", "priority")


def read(labels: Iterable[str], service_scope: str) -> tuple[str, tuple[str, ...]]:
    """(the word for the severity or "", the services): `severity: high` or `sev2`, and `SCOPE: checkout`."""
    words: dict[str, str] = {}
    services: dict[str, None] = {}
    for label in labels:
        found = _SCOPED.fullmatch(label.strip())
        scope, value = (found[1].casefold(), found[2]) if found else ("", label.strip())
        if scope in _SEVERITY:
            words.setdefault(scope, value)
        elif scope and scope == service_scope.casefold():
            services[value] = None
        elif not scope and _BARE.fullmatch(value):
            words.setdefault("bare", value)
    word = next((words[key] for key in (*_SEVERITY[:2], "bare", "priority") if key in words), "")
    return word, tuple(services)
