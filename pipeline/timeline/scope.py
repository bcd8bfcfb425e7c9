"""What belongs to the incident: its services, what its title names, and what speaks of the same thing."""

import re
from functools import lru_cache

import pandas as pd

from pipeline.incident import Incident
from pipeline.timeline.frame import by_value

SHARED = 2  # words in common with the incident's title that make an event speak of it
_PLAIN = frozenset(re.findall(r"\w+", """
    a an and are at by down error errors fail failing fails failure failures for from high in is not of on or slow the
    to with
"""))  # fmt: skip


def in_scope(frame: pd.DataFrame, incident: Incident) -> pd.Series:
    """Whether each event (columns `service`, `title`) belongs: True where nothing can tell.

    An event belongs by its service being one of the incident's, or named in its title; by having no service; or by
    sharing SHARED telling words with the incident's title. An incident that names no service has everything in scope.
    """
    ours, telling = services_in_scope(incident), words(incident.title)
    if not ours:
        return pd.Series(True, index=frame.index)
    named = by_value(frame["service"], lambda name: _named(name, ours, telling), bool)
    speaks = by_value(frame["title"], lambda title: len(words(title) & telling) >= SHARED, bool)
    return named | speaks


def _named(service: str, ours: frozenset[str], telling: frozenset[str]) -> bool:
    return not service or service.casefold() in ours or words(service) <= telling


def services_around(frame: pd.DataFrame, ours: pd.Series) -> frozenset[str]:
    """The services outside that a record of the incident's own names in its title.

    What services outside tell themselves does not count: however much comes from one, it makes itself no part of this.
    """
    told = {words(title) for title in frame.loc[ours, "title"].unique()}
    named = ((name, words(name)) for name in frame.loc[~ours, "service"].unique())
    return frozenset(name for name, telling in named if telling and any(telling <= title for title in told))


def services_in_scope(incident: Incident) -> frozenset[str]:
    """The incident's services, case-folded."""
    return frozenset(name.casefold() for name in incident.services)


@lru_cache(maxsize=100_000)
def words(text: str) -> frozenset[str]:
    """The telling words of a text: letters and digits, case-folded, plural s dropped."""
    found = re.findall(r"[a-z0-9]+", text.casefold())
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in found if word not in _PLAIN)
