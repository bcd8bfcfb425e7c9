"""The lines that a log store gives, counted as they come by; none is kept but a few exemplars."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pipeline.event import Exemplar, LogSummary
from pipeline.incident import Window
from pipeline.lines import levels
from pipeline.lines.fields import content
from pipeline.lines.templates import cut, template

SHOWN = 20  # templates of a source; the rest is only counted
TEMPLATES = 5_000  # that are told apart
MANY, REST = f"(templates beyond the first {TEMPLATES:,})", "counted, not shown"


class Tally:
    """`line` takes a record that the store gave, `counted` what it only counted; `summaries` tells of both.

    What was counted includes the lines: a store is asked how many records there are, and for those that matter.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._slots: dict[tuple[str, str], _Slot] = {}
        self._totals: dict[tuple[str, str], Counter[int]] = {}

    def line(self, at: datetime, text: str, service: str = "", level: str = "", path: str = "") -> None:
        """Count one record of the window under its template; others are let go."""
        if at not in self._window:
            return
        said = content(text)
        level = levels.normal(level) or said.level
        first, *further = text.split("\n")
        message = said.message if said.message != text else first
        key = said.template or template(message, said.traits, further) or "(no message)"
        if (service, key) not in self._slots and len(self._slots) >= TEMPLATES:
            key = MANY
        slot = self._slots.setdefault((service, key), _Slot())
        slot.add(at, level, text, path)

    def counted(self, minute: int, count: int, service: str = "", level: str = "") -> None:
        """The store has so many records of this service and level in the Unix minute."""
        first, last = self._window.start.timestamp() // 60, -(-self._window.end.timestamp() // 60)
        if first <= minute < last:
            self._totals.setdefault((service, levels.normal(level)), Counter())[minute] += count

    def total(self, among: Iterable[str]) -> int:
        """How many records of these levels the store counted."""
        wanted = set(among)
        return sum(of.total() for (_, level), of in self._totals.items() if level in wanted)

    @property
    def read(self) -> int:
        """How many lines were taken."""
        return sum(slot.count for slot in self._slots.values())

    def summaries(self, shown: int = SHOWN) -> Iterator[LogSummary]:
        """The worst and most frequent templates, then one summary a service, without a template, for all the rest."""
        ranked = sorted(self._slots.items(), key=lambda one: (levels.rank(one[1].level), -one[1].count, one[0]))
        rest: dict[str, Counter[int]] = {}
        for (service, _), of in self._totals.items():
            rest.setdefault(service, Counter()).update(of)
        was_counted = set(rest)
        for number, ((service, key), slot) in enumerate(ranked):
            if number < shown:
                yield slot.summary(service, key)
            if number < shown and service in was_counted:
                rest[service].subtract(slot.minutes)
            elif number >= shown and service not in was_counted:
                rest.setdefault(service, Counter()).update(slot.minutes)
        for service in sorted(rest):
            minutes = {minute: count for minute, count in sorted(rest[service].items()) if count > 0}
            if minutes:
                yield self._only_counted(service, minutes)

    def _only_counted(self, service: str, minutes: dict[int, int]) -> LogSummary:
        first, last = (datetime.fromtimestamp(60 * minute, UTC) for minute in (min(minutes), max(minutes)))
        start = self._window.start
        return LogSummary(
            service=service, template="", level="", count=sum(minutes.values()), histogram=minutes, reason=REST,
            first=max(first, start), last=max(last, start),
        )  # fmt: skip


class _Slot:
    """The running count of one template of one service."""

    __slots__ = ("count", "first", "last", "level", "minutes")

    def __init__(self) -> None:
        self.count, self.level = 0, ""
        self.minutes: Counter[int] = Counter()
        self.first: Exemplar | None = None
        self.last: Exemplar | None = None

    def add(self, at: datetime, level: str, text: str, path: str) -> None:
        self.count += 1
        self.level = levels.worst(level, self.level)
        self.minutes[int(at.timestamp() // 60)] += 1
        if self.first is None or self.last is None:
            self.first = self.last = _exemplar(at, text, path)
        elif (at, text, path) < (self.first.at, self.first.text, self.first.path):
            self.first = _exemplar(at, text, path)
        elif (at, text, path) > (self.last.at, self.last.text, self.last.path):
            self.last = _exemplar(at, text, path)

    def summary(self, service: str, key: str) -> LogSummary:
        assert self.first and self.last
        return LogSummary(
            service=service, template=key, level=self.level, count=self.count, first=self.first.at, last=self.last.at,
            histogram=dict(sorted(self.minutes.items())), exemplars=tuple(dict.fromkeys((self.first, self.last))),
        )  # fmt: skip


def _exemplar(at: datetime, text: str, path: str) -> Exemplar:
    return Exemplar(at=at, text=cut(text), path=path)
