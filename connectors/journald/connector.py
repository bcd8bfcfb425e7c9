"""The journald connector."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

from connectors.journald.journal import Entry, Journal, text_of, time_of, unit_of
from connectors.journald.settings import JournaldSettings
from connectors.journald.units import MATCHES, Units
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.lines import Tally, levels
from pipeline.lines.fields import content
from pipeline.streams import understood
from pipeline.times import rfc3339

_NONE = Window(datetime(1990, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, 0, 0, 1, tzinfo=UTC))
_INFO = 6  # the priority that a line gets which a service only prints: it says nothing of the line


class JournaldConnector:
    """Errors, and starts, stops and failures of units, from the systemd journal or from journal files."""

    kind: ClassVar[str] = "journald"
    Settings: ClassVar[type[JournaldSettings]] = JournaldSettings
    needs: ClassVar[str] = "journalctl, and the right to read the journal (group systemd-journal)"
    limits: ClassVar[tuple[str, ...]] = (
        "entries that were rotated away", "damaged files", "entries that this account may not see",
    )  # fmt: skip

    def __init__(self, settings: JournaldSettings, http: Http) -> None:
        self._settings = settings
        self._journal = Journal(settings, http)
        self.identity = f"journald:{self._journal.where}"

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """What systemd says of units; first where the journal begins too late."""
        yield from self._begins_late(window)
        units = Units(self._settings)
        for one in self._journal.entries(window, *MATCHES) if self._settings.unit_events else ():
            if isinstance(one, dict):
                yield from understood(units.event, one, f"entry {one.get('__CURSOR')}")
            else:
                yield one

    def logs(self, window: Window) -> Iterator[LogSummary | Notice | Rejected]:
        """Records of the levels by template, the rest counted."""
        tally = Tally(window)
        for one in self._journal.entries(window):
            if isinstance(one, dict):
                yield from understood(lambda entry: self._take(tally, entry), one, f"entry {one.get('__CURSOR')}")
            else:
                yield one
        yield from tally.summaries()

    def _take(self, tally: Tally, entry: Entry) -> Iterator[Notice]:
        text, unit, host = text_of(entry, "MESSAGE"), unit_of(entry), text_of(entry, "_HOSTNAME")
        if not text:
            raise ValueError("has no MESSAGE")
        own = unit or text_of(entry, "SYSLOG_IDENTIFIER") or text_of(entry, "_TRANSPORT")
        service, level = self._settings.service(own), _level(text_of(entry, "PRIORITY"), text)
        tally.counted(int(time_of(entry).timestamp() // 60), 1, service, level)
        if level in self._settings.levels:
            tally.line(time_of(entry), text, service, level, f"{host} {own}".strip())
        yield from ()

    def _begins_late(self, window: Window) -> Iterator[Notice]:
        begins = self._journal.begins()
        if begins and begins > window.start:
            detail = f"The journal begins at {rfc3339(begins.replace(microsecond=0))}: what came before is not in it."
            yield Notice(kind="retention", detail=detail, gap=True)

    def check(self) -> Iterator[Check]:
        """Whether there is a journal that can be read, and where it begins."""
        try:
            begins = self._journal.begins()
            broken = next((one for one in self._journal.entries(_NONE) if isinstance(one, Notice)), None)
        except SourceError as problem:
            yield Check("journal", False, problem.what, problem.fix)
            return
        if broken:
            yield Check("journal", False, broken.detail, "Add this account to the group systemd-journal.")
        else:
            told = f"begins at {rfc3339(begins.replace(microsecond=0))}" if begins else "has no entries"
            yield Check("journal", True, told, reaches=begins)


def _level(priority: str, text: str) -> str:
    """The priority, or what the text says where the line was only printed."""
    number = int(priority) if priority.isascii() and priority.isdigit() else _INFO
    said = content(text).level if number >= _INFO else ""
    return said or levels.from_priority(number)
