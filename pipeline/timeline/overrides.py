"""What a reviewer decided, which outranks the evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.event import Notice
from pipeline.incident import Bounds
from pipeline.snapshot import Snapshot

SHORT = 6  # a draft shows so many characters of an id; as many are enough to name a row
ROWS = ("hidden", "starred", "titles", "phases", "split", "roles")  # keys that name rows by the id of their evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """From a draft's front matter. A milestone that is present with None: the reviewer says that it is unknown.

    `hidden` rows are set aside, `starred` ones always key, those in `split` taken
    apart; `titles` and `phases` go by row. A row is named by an evidence id of it. `roles` go by row, or by the role
    that they replace. `where` is file and line of each key (`milestones.detected`), for errors.
    """

    severity: str = ""
    services: tuple[str, ...] = ()
    window: Bounds = field(default_factory=Bounds)
    milestones: Mapping[str, datetime | None] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    starred: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    phases: Mapping[str, str] = field(default_factory=dict)
    split: tuple[str, ...] = ()
    zone: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)

    def decided(self) -> tuple[str, ...]:
        """The names of what the reviewer decided: severity, services, window, and milestones."""
        return (*(name for name in ("severity", "services", "window") if getattr(self, name)), *self.milestones)


def resolved(overrides: Overrides, snapshot: Snapshot) -> tuple[Overrides, list[Notice]]:
    """The overrides with whole evidence ids, and a notice for each name that is none, or the beginning of several."""
    known = [one.id for part in (snapshot.events, snapshot.logs) for one in part]
    acting = {event.actor_role for event in snapshot.events if event.actor_role}
    notices: list[Notice] = []
    changed: dict[str, object] = {}
    for key in ROWS:
        given = getattr(overrides, key)
        if not given:
            continue
        names = {name: _ids(name, known, acting if key == "roles" else ()) for name in given}
        notices += _unclear(key, names)
        clear = {name: found[0] for name, found in names.items() if len(found) == 1}
        if isinstance(given, Mapping):
            changed[key] = {clear[name]: given[name] for name in clear}
        else:
            changed[key] = tuple(clear.values())
    return replace(overrides, **changed), notices  # type: ignore[arg-type]


def _ids(name: str, known: Iterable[str], roles: Iterable[str]) -> list[str]:
    if name in roles:
        return [name]
    short = name.casefold()
    found = dict.fromkeys(one for one in known if one == short or (len(short) >= SHORT and one.startswith(short)))
    return [short] if short in found else list(found)


def _unclear(key: str, names: Mapping[str, list[str]]) -> Iterator[Notice]:
    for name, found in names.items():
        if len(found) > 1:
            yield Notice(kind="override", detail=f"{key} names {name}, which begins several ids: write the whole id")
        elif not found:
            wanted = "no evidence of a row" + (" and no role" if key == "roles" else "")
            yield Notice(kind="override", detail=f"{key} names {name}, which is {wanted}: check the id")
