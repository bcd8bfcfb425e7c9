"""What a reviewer decided, which outranks the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """From a draft's front matter. A milestone that is present with None: the reviewer says that it is unknown.

    `split` has evidence ids: the rows that they were merged into are taken apart. `where` is file and line of each
    milestone, for errors.
    """

    severity: str = ""
    services: tuple[str, ...] = ()
    milestones: Mapping[str, datetime | None] = field(default_factory=dict)
    split: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)

    def decided(self) -> tuple[str, ...]:
        """The names of what the reviewer decided: severity, services, and milestones."""
        return (*(name for name in ("severity", "services") if getattr(self, name)), *self.milestones)
