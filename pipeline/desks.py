"""What connectors to places where people handle incidents share: pagers, incident desks, status pages."""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from pipeline.errors import IncidentNotFound

LONGEST_TITLE = 300
LINES = 20  # of details
NEAR = 100  # how many of the latest incidents are named from, where one is not found


def headline(text: str) -> tuple[str, str]:
    """(title on one line, the text itself where the title is not all of it)."""
    whole = text.strip()
    flat = " ".join(whole.split())
    title = flat if len(flat) <= LONGEST_TITLE else f"{flat[: LONGEST_TITLE - 1].rstrip()}…"
    return title, "" if title == whole else whole


def details(found: Any) -> Iterator[str]:
    """`name: value` of each detail that has one, at most LINES, each cut; a text is its own detail."""
    pairs = [(name, value) for name, value in found.items() if value not in (None, "", [], {})] if _maps(found) else []
    for name, value in pairs[:LINES]:
        yield f"{name}: {_short(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}"
    if len(pairs) > LINES:
        yield f"and {len(pairs) - LINES} more"
    if found and isinstance(found, str):
        yield _short(found, 2000)


def chosen(found: Any, names: Iterable[str]) -> dict[str, str]:
    """Those of the details that have one of these names, in whatever case, and are texts."""
    texts = {str(name).lower(): text for name, text in found.items() if isinstance(text, str)} if _maps(found) else {}
    return {name: texts[name] for name in names if texts.get(name)}


def not_found(incident_id: str, known: Iterable[str], where: str) -> IncidentNotFound:
    """That there is no such incident, with the nearest of the ids that are known, the latest first."""
    near = nearest(incident_id, known)
    fix = f"Nearest: {', '.join(near)}." if near else "Check the id, and that this account may see the incident."
    return IncidentNotFound(f"{incident_id!r} is no incident here.", where=where, fix=fix)


def nearest(incident_id: str, known: Iterable[str]) -> list[str]:
    """At most three of the latest ids that are known: those that look alike, else the latest."""
    latest = list(islice(known, NEAR))
    return difflib.get_close_matches(incident_id, latest, 3, 0.4) or latest[:3]


def login(person: Any) -> str:
    """`login:NAME` of a person as these APIs give one, by the first of the fields that is there; else ""."""
    names = ("login", "email", "summary", "name") if _maps(person) else ()
    found = next((str(person[name]) for name in names if person.get(name)), "")
    return f"login:{found}" if found else ""


def labels(**given: Any) -> Mapping[str, str]:
    """Those of the labels that have a value, as text."""
    return {name: str(value) for name, value in given.items() if value not in (None, "", [], {})}


def _maps(found: Any) -> bool:
    return isinstance(found, dict)


def _short(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
