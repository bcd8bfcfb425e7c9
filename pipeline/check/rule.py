"""What a rule of `befell check` is: an id, a severity, and a small function that finds what is not right in a draft."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.check.page import Page

LEVELS = ("hint", "warning", "error")  # the least first
OFF = "off"


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule saw: the line (from 1), what is not right, and how to mend it."""

    line: int
    what: str
    fix: str


Find = Callable[[Page], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`about` says what must hold."""

    id: str
    level: str
    find: Find

    @property
    def about(self) -> str:
        return " ".join((self.find.__doc__ or "").split())


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw in a file, with the severity that was chosen for it."""

    file: str
    line: int
    rule: str
    level: str
    what: str
    fix: str


def rule(name: str, level: str) -> Callable[[Find], Rule]:
    """Make a function a rule; its docstring says what must hold."""
    return lambda find: Rule(name, level, find)
