"""One timeline with the questions that every section asks of it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

from pipeline import times
from pipeline.draft import words
from pipeline.draft.language import ENGLISH, Language
from pipeline.event import ALERTS, DEFAULT_MOMENT, Series
from pipeline.timeline.model import Milestone, Row, Signal, Timeline
from pipeline.timeline.phases import phased

CHANGES = ("deploy", "change", "action")
NOBODY_KNOWN = "a responder"
VOICES = ("message", "status")
PHASES = ("before", "detection", "mitigation", "recovery", "after")
# each phase ends where the next milestone stands
BOUNDS = ("impact_start", "detected", "mitigated", "recovered")


class View:
    """`rows` are those that belong to the incident; `timeline.rows` also has those set aside."""

    def __init__(self, timeline: Timeline, language: Language = ENGLISH) -> None:
        self.timeline, self.language, self.told = timeline, language, language.told
        self.rows = [row for row in timeline.rows if not row.aside]
        self.zone = times.zone(timeline.zone)

    @cached_property
    def dated(self) -> bool:
        """Whether times need their date: the window is longer than a day, or crosses midnight."""
        window = self.timeline.window
        return window.end - window.start > timedelta(days=1) or len(self.days) > 1

    @cached_property
    def days(self) -> list[str]:
        return [f"{day:%Y-%m-%d}" for day in self._dates]

    @cached_property
    def _dates(self) -> list[date]:
        window = self.timeline.window
        last = max(window.start, window.end - timedelta(microseconds=1))
        return list(dict.fromkeys(at.astimezone(self.zone).date() for at in (window.start, last)))

    @cached_property
    def shifts(self) -> bool:
        """Whether the clocks change within the window: then each time says how far it is from UTC."""
        first, last = (words.distance(at, self.zone) for at in (self.timeline.window.start, self.timeline.window.end))
        return first != last

    def when(self, at: datetime | None, precision_s: float = 0.0) -> str:
        """The time as the draft prints it; "" for none. A time on another day than the window's has its date."""
        if at is None:
            return ""
        dated = self.dated or at.astimezone(self.zone).date() not in self._dates
        return words.clock(at, self.zone, date=dated, precision_s=precision_s) + self._shift(at)

    def dated_when(self, at: datetime) -> str:
        """The time with its date, whatever the window."""
        return words.clock(at, self.zone, date=True) + self._shift(at)

    def _shift(self, at: datetime) -> str:
        return f" {words.distance(at, self.zone)}" if self.shifts else ""

    def stamp(self, at: datetime | None) -> str:
        """The time with its date and how far it is from UTC; "" for none."""
        return words.stamp(at, self.zone) if at else ""

    def milestone(self, name: str) -> Milestone | None:
        return self.timeline.milestones.get(name)

    def at(self, name: str) -> datetime | None:
        found = self.milestone(name)
        return found.at if found else None

    def cites(self, *names: str) -> tuple[str, ...]:
        """The evidence of these milestones."""
        found = (self.milestone(name) for name in names)
        return tuple(dict.fromkeys(name for one in found if one for name in one.evidence))

    def after(self, at: datetime | None, name: str) -> float | None:
        """Seconds from a milestone to `at`; None where one of them is unknown."""
        start = self.at(name)
        return (at - start).total_seconds() if at and start else None

    def offset(self, at: datetime | None) -> str:
        """The signed distance from impact start, or ""."""
        seconds = self.after(at, "impact_start")
        return words.offset(seconds) if seconds is not None else ""

    def relation(self, seconds: float, to: str) -> str:
        """`2 min 10 s after detection`."""
        return self.told(words.relation(seconds, to))

    def many(self, count: int, one: str) -> str:
        """`1 firing`, `1,204 firings`."""
        return self.told(words.many(count, one))

    def count(self, number: int) -> str:
        """`1,204`."""
        return self.language.digits(f"{number:,}")

    def measured(self, value: float, unit: str) -> str:
        """A value with its unit: `0.22 %`."""
        text = words.measured(value, unit)
        found = self.told(text)
        return found if found != text else self.language.digits(text)

    def row_of(self, ids: Iterable[str]) -> Row | None:
        """The first row that holds one of these ids."""
        wanted = set(ids)
        return next((row for row in self.timeline.rows if wanted.intersection(row.evidence)), None)

    def phase_at(self, at: datetime) -> str:
        """The phase that a moment lies in; "" where no milestone says."""
        moment = Row(id="", at=at, kind="", moment="", title="")
        return phased([moment], self.timeline.milestones)[0].phase

    @cached_property
    def first_alarm(self) -> Row | None:
        """The first alert or page of the incident, after impact start where that is known."""
        start = self.at("impact_start")
        alarms = (row for row in self.rows if row.kind in ALERTS and row.moment == "fired")
        return next((row for row in alarms if start is None or row.at >= start), None)

    @cached_property
    def main_signal(self) -> Signal | None:
        """The signal to draw: the one that impact start stands on, else one that left its baseline, else the first."""
        start = set(self.cites("impact_start"))

        def rank(signal: Signal) -> tuple[bool, bool, bool]:
            cited = {signal.onset_evidence, signal.peak_evidence, *signal.evidence}
            return (not start & cited, signal.onset is None, signal.objective is None)

        return min(self.timeline.signals, key=rank, default=None)

    @cached_property
    def main_series(self) -> Series | None:
        """The points of the main signal; without signals the first series that has points."""
        filled = [series for series in self.timeline.series if series.points]
        signal = self.main_signal
        if signal is None:
            return filled[0] if filled else None
        by_id = [series for series in filled if series.id and series.id in signal.evidence]
        by_name = [series for series in filled if (series.name, series.service) == (signal.name, signal.service)]
        return next(iter(by_id + by_name), None)


def what(row: Row, told: Callable[[str], str] = str) -> str:
    """A row in words: the role that acted, and its deed; `told` translates."""
    return f"{role(row, told)}: {deed(row, told)}" if row.actor_role else deed(row, told)


def role(row: Row, told: Callable[[str], str] = str) -> str:
    """The role that acted: translated where it is befell's own word for one that is not known."""
    return told(row.actor_role) if row.actor_role == NOBODY_KNOWN else row.actor_role


def deed(row: Row, told: Callable[[str], str] = str) -> str:
    """A row's title, with what happened in front where the title leaves that out; `told` translates."""
    text = row.title
    telling = row.moment not in ("", DEFAULT_MOMENT.get(row.kind), "observed", "posted", "changed", "deployed")
    if not telling or row.moment.split()[0][:4].casefold() in text.casefold():  # "Roll back …" says "rolled back"
        return text
    return f"{told(row.moment)}: {text}"
