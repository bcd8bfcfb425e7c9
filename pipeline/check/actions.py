"""What each action item must say so that somebody does it: owner, date, type, priority, verification."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipeline.check.page import Page
from pipeline.check.prompts import is_empty
from pipeline.check.rule import Found, rule

COLUMNS = ("id", "action", "owner", "due", "type", "priority", "verification", "tracker")
KINDS = {"imme": "immediate fix", "long": "long-term"}  # by how a type begins
_COMMENT = re.compile(r"<!--.*?-->\s*")
_PRIORITY = re.compile(r"([1-3])\s*[×x*]\s*([1-3])(?:\s*=\s*(\d))?")
_UNLIKE = (datetime(1999, 5, 7, tzinfo=UTC), datetime(2008, 10, 21, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the table of action items; what is still to be filled in is ""."""

    line: int
    name: str
    said: Mapping[str, str]

    def lacks(self, what: str, fix: str) -> Found:
        return Found(self.line, f"{self.name} {what}", fix)


def actions(page: Page) -> list[Action]:
    """Every row, with or without an id; columns by their names, or by their order where the names are others."""
    found = []
    for head, rows in page.tables("actions"):
        senses = [page.senses(cell) for cell in head]
        names = [next((name for name in COLUMNS for one in cell if one.startswith(name)), "") for cell in senses]
        names = names if {"action", "owner"} <= set(names) else list(COLUMNS)
        for row in rows:
            cells = [_COMMENT.sub("", cell).strip() for cell in row.cells]
            said = {name: "" if is_empty(cell) else cell for name, cell in zip(names, cells, strict=False)}
            said["kind"] = next((KINDS[one[:4]] for one in page.senses(said.get("type", "")) if one[:4] in KINDS), "")
            found.append(Action(row.line, said.get("id") or said.get("action") or "An action", said))
    return found


def _stated(page: Page) -> Iterator[Action]:
    """Those that say what is to be done; the others have one finding of their own."""
    return (one for one in actions(page) if one.said.get("action"))


@rule("action-empty", "error")
def empty(page: Page) -> Iterator[Found]:
    """Each row of the action items says what is to be done."""
    for one in actions(page):
        if not one.said.get("action"):
            yield one.lacks("says nothing to do.", "Write the action, or delete the row.")


@rule("action-owner", "error")
def owner(page: Page) -> Iterator[Found]:
    """Each action has an owner."""
    for one in _stated(page):
        if not one.said.get("owner"):
            yield one.lacks("has no owner.", "Name who sees to it: one team, or one person.")


@rule("action-due", "error")
def due(page: Page) -> Iterator[Found]:
    """Each action has a due date: a day with its year, not before the incident."""
    began = min(page.milestones().values(), default=None)
    for one in _stated(page):
        said = one.said.get("due", "")
        day = _day(said)
        if not said:
            yield one.lacks("has no due date.", "Write a day, such as 2026-12-11.")
        elif day is None:
            yield one.lacks(f"is due “{said}”, which is no day.", "Write a day, such as 2026-12-11.")
        elif began and day < began.date():
            yield one.lacks(f"is due {day}, before the incident.", "Mend the day.")


@rule("action-type", "error")
def kind(page: Page) -> Iterator[Found]:
    """Each action is of a type: immediate fix or long-term."""
    for one in _stated(page):
        if not one.said["kind"]:
            said = one.said.get("type", "")
            what = f"is of type “{said}”." if said else "has no type."
            yield one.lacks(what, "Write “immediate fix” or “long-term”.")


@rule("action-priority", "error")
def priority(page: Page) -> Iterator[Found]:
    """Each action has a priority: impact × likelihood of recurrence, each 1 to 3."""
    for one in _stated(page):
        said = one.said.get("priority", "")
        fits = _PRIORITY.fullmatch(said)
        if not said:
            yield one.lacks("has no priority.", "Write impact × likelihood of recurrence, each 1 to 3: 3 × 2.")
        elif not fits:
            yield one.lacks(f"has the priority “{said}”.", "Write impact × likelihood, each 1 to 3: 3 × 2.")
        elif fits[3] and int(fits[3]) != int(fits[1]) * int(fits[2]):
            yield one.lacks(f"says {said}, which does not multiply.", "Mend the product, or leave it out.")


@rule("action-verification", "error")
def verification(page: Page) -> Iterator[Found]:
    """Each action says how it will be verified."""
    for one in _stated(page):
        if not one.said.get("verification"):
            yield one.lacks("has no verification.", "Say what will show that it works: test, runbook or monitoring.")


@rule("action-tracker", "hint")
def tracker(page: Page) -> Iterator[Found]:
    """Each action has a link to where it is tracked."""
    for one in _stated(page):
        if not one.said.get("tracker"):
            yield one.lacks("has no tracker link.", "Link the ticket, so that it is not lost after the review.")


@rule("action-types", "error")
def types(page: Page) -> Iterator[Found]:
    """There is at least one immediate fix and at least one long-term action."""
    kinds = {one.said["kind"] for one in _stated(page)}
    for name, why in (("immediate fix", "stops it from happening tomorrow"), ("long-term", "mends what allowed it")):
        if name not in kinds:
            what = f"has no action of type “{name}”."
            yield Found(page.place("actions"), what, f"Add what {why}.")


def _day(said: str) -> date | None:
    """The day that a text states whole: what it leaves out would come from these two days, which share nothing."""
    from dateutil import parser

    try:
        first, second = (parser.parse(said, default=day).date() for day in _UNLIKE)
    except (ValueError, OverflowError):
        return None
    return first if first == second else None
