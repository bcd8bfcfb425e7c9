"""Times of log records: found by a table of formats, read with the zone, year and clock that the source states."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from dateutil import parser as dateutil

from pipeline import times
from pipeline.event import LogSource
from pipeline.incident import Window

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTH = {name: number for number, name in enumerate(_MONTHS.split(" "), start=1)}
_CLOCK = r"\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:])|[+-]\d\d(?![\w:]))?"
# the shapes of a time at the start of a plain line; Clock reads each
SHAPES = "|".join((
    rf"\d{{4}}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?{_ZONE}",
    rf"(?:[A-Z][a-z]{{2}},? )?[A-Z][a-z]{{2}} {{1,2}}\d{{1,2}} {_CLOCK}(?: (?:UTC|GMT))?(?: \d{{4}}(?!\S))?",
    rf"(?:[A-Z][a-z]{{2}}, )?\d{{1,2}}[-/ ][A-Z][a-z]{{2}}[-/ ]\d{{4}}[: ]{_CLOCK}{_ZONE}",
    rf"[IWEF]\d{{4}} {_CLOCK}(?= +\d+ \S+\])",
    r"\d{8}T\d{6}(?:[.,]\d{1,9})?(?:Z|[+-]\d{4})?",
    r"(?:\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})(?![\w.:-])",
))  # fmt: skip
_TABLE = tuple(
    re.compile(shape)
    for shape in (
        rf"(?:[A-Z][a-z]{{2}},? )?(?P<mon>[A-Z][a-z]{{2}}) +(?P<day>\d{{1,2}}) (?P<clock>{_CLOCK})(?P<zone>{_ZONE})"
        r"(?: (?P<year>\d{4}))?",
        r"(?:[A-Z][a-z]{2}, )?(?P<day>\d{1,2})[-/ ](?P<mon>[A-Z][a-z]{2})[-/ ](?P<year>\d{4})"
        rf"[: ](?P<clock>{_CLOCK})(?P<zone>{_ZONE})",
        rf"[IWEF]?(?P<month>\d\d)(?P<day>\d\d) (?P<clock>{_CLOCK})(?P<zone>)(?P<year>)",
    )
)
_EPOCH = re.compile(r"\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19}")
_LATER = re.compile(r"(?=.*\d:\d\d)(?=.*\b(?:19|20)\d\d\b)(?=.*[A-Z][a-z]{2}|\d{4}).{8,48}")
_DIRECTIVES = {
    "Y": r"\d{4}", "m": r"\d{1,2}", "d": r"\d{1,2}", "H": r"\d{1,2}", "I": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}",
    "f": r"\d{1,6}", "y": r"\d\d", "j": r"\d{1,3}", "b": r"\w{3}", "B": r"\w+", "a": r"\w{3}", "A": r"\w+",
    "p": r"[AaPp][Mm]", "z": r"(?:Z|[+-]\d\d:?\d\d)", "Z": r"[A-Z]{3,4}", "%": "%",
}  # fmt: skip

Where = tuple[int, int]  # line, 0 where it is not known, and byte
RECENT = 256  # times that are remembered, since lines come many to the second
NO_YEAR = 4  # a leap year that no log is from stands for "the text has no year"
ZONELESS, YEARLESS, SKIPPED, SHIFTED = "assumed-zone", "assumed-year", "skipped-time", "clock-offset"


def shape_of(time_format: str) -> str:
    """The regular expression of what a strptime format reads; ValueError on a directive that is not known."""
    parts = []
    for sign, plain in re.findall(r"%(.)|([^%]+)", time_format):
        if sign and sign not in _DIRECTIVES:
            raise ValueError(f"time_format: %{sign} is not understood")
        parts.append(_DIRECTIVES[sign] if sign else re.escape(plain))
    return "".join(parts)


class Clock:
    """Reads the times of one file. `seen` counts what had to be assumed: kind -> (records, first line and byte)."""

    def __init__(self, source: LogSource, window: Window, zone: tzinfo | None) -> None:
        self._zone, self._window, self._year = zone, window, source.year
        self._format = source.time_format
        self._offset = timedelta(seconds=source.clock_offset_s)
        self.seen: dict[str, tuple[int, Where]] = {}
        self._known: dict[str | float, tuple[tuple[datetime, datetime], tuple[str, ...]]] = {}

    def at(self, when: str | float, where: Where) -> datetime:
        """The instant that a record's time names, the first of two; ValueError says why it names none."""
        return self.readings(when, where)[0]

    def readings(self, when: str | float, where: Where) -> tuple[datetime, datetime]:
        """The first and the second instant that a time names: two where a clock change repeats its hour."""
        known = self._known.get(when)
        if known is None:
            if len(self._known) >= RECENT:
                self._known.clear()
            known = self._known[when] = self._read(when)
        found, kinds = known
        self._note(kinds, where, 1)
        return found

    def minute(self, when: str, where: Where, count: int) -> datetime | None:
        """The instant that the first of several records of one minute names; None where it is not as plain as that."""
        try:
            (first, second), kinds = self._read(when)
        except ValueError:
            return None
        if first != second or SKIPPED in kinds:
            return None
        self._note(kinds, where, count)
        return first

    def reads(self, when: str | float) -> bool:
        """Whether a time names an instant."""
        try:
            self._read(when)
        except ValueError:
            return False
        return True

    def _note(self, kinds: tuple[str, ...], where: Where, records: int) -> None:
        for kind in kinds:
            count, first = self.seen.get(kind, (0, where))
            self.seen[kind] = (count + records, min(first, where))

    def _read(self, when: str | float) -> tuple[tuple[datetime, datetime], tuple[str, ...]]:
        kinds: tuple[str, ...] = ()
        again = timedelta()
        try:
            found = times.from_epoch(float(when)) if isinstance(when, (int, float)) else self._parse(when)
            if found.tzinfo is None or found.year == NO_YEAR:
                found, kinds, again = self._settled(found)
            if found.tzinfo is not UTC or not times.EARLIEST <= found < times.LATEST:
                found = times.checked(found)
            if self._offset:
                found, kinds = found - self._offset, (*kinds, SHIFTED)
        except OverflowError:
            raise ValueError(f"{str(when)[:40]!r} is no time") from None
        return (found, found + again if again else found), kinds

    def _parse(self, text: str) -> datetime:
        """The time as written; NO_YEAR stands for none, and no tzinfo for no zone."""
        if self._format:
            try:
                if "%Y" in self._format or "%y" in self._format:
                    return datetime.strptime(text, self._format)  # noqa: DTZ007
                return datetime.strptime(f"2000 {text}", f"%Y {self._format}").replace(year=NO_YEAR)  # noqa: DTZ007
            except ValueError:
                pass  # a line in another format, such as a banner, still counts
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return _other(text)

    def _settled(self, found: datetime) -> tuple[datetime, tuple[str, ...], timedelta]:
        """With the year and the zone that the text leaves out, and after how long the same clock time comes again."""
        kinds: tuple[str, ...] = ()
        zone = self._zone or UTC
        if found.tzinfo is None and self._zone is None:
            kinds = (ZONELESS,)
        local = found if found.tzinfo else found.replace(tzinfo=zone)
        if found.year == NO_YEAR:
            if self._year is not None:
                local = local.replace(year=self._year)
            else:
                local, kinds = self._nearest(local), (*kinds, YEARLESS)
        again = timedelta()
        if zone is not UTC and local.tzinfo is zone:
            again = (local.utcoffset() or again) - (local.replace(fold=1).utcoffset() or again)
        if again < timedelta():  # the clock never showed this time
            return local, (*kinds, SKIPPED), timedelta()
        return local, kinds, again

    def _nearest(self, local: datetime) -> datetime:
        """In the year that brings it nearest to the window, inside it if it can be."""
        best: tuple[timedelta, datetime] | None = None
        for year in range(self._window.start.year - 1, self._window.end.year + 2):
            try:
                guess = local.replace(year=year)
            except ValueError:  # Feb 29
                continue
            far = max(self._window.start - guess, guess - self._window.end, timedelta())
            if best is None or far < best[0]:
                best = (far, guess)
        if best is None:
            raise ValueError("no year near the window has a Feb 29")
        return best[1]


def _other(text: str) -> datetime:
    """What fromisoformat does not read: the table, Unix times as text, and python-dateutil at the very last."""
    if _EPOCH.fullmatch(text):
        return times.from_epoch(float(text))
    if text[:4].isdigit() and text[4:5] in "-/":
        return datetime.fromisoformat(_tidy(text.replace("/", "-", 2)))
    for shape in _TABLE:
        if found := shape.fullmatch(text):
            month = _MONTH.get(found["mon"], 0) if "mon" in shape.groupindex else int(found["month"])
            clock = found["clock"].zfill(8) if found["clock"][1] == ":" else found["clock"]
            year = int(found["year"] or NO_YEAR)
            return datetime.fromisoformat(_tidy(f"{year:04}-{month:02}-{int(found['day']):02}T{clock}{found['zone']}"))
    return _last_resort(text)


def _tidy(text: str) -> str:
    """A space before the zone, and its names, as fromisoformat wants them."""
    return re.sub(r" ?(?:UTC|GMT)$", "Z", re.sub(r" (?=(?:[+-]\d\d:?\d\d|Z)$)", "", text))


def _last_resort(text: str) -> datetime:
    """python-dateutil on a short text with a year, never fuzzy; day and month must not be a guess."""
    if not _LATER.fullmatch(text) or re.match(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", text):
        raise ValueError(f"{text[:48]!r} is no time that is understood; state its time_format")
    try:
        # two defaults: a part that the text leaves out would differ between them
        one, other = (
            dateutil.parse(text, default=default, tzinfos=_named)
            for default in (datetime(2001, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001
        )
    except (ValueError, OverflowError, TypeError) as problem:
        raise ValueError(f"{text[:48]!r} is no time ({problem})") from None
    if one != other:
        raise ValueError(f"{text[:48]!r} leaves out a part of the date")
    return one


def readable(text: str) -> bool:
    """Whether python-dateutil, as the last resort, makes a whole time of this text."""
    try:
        _last_resort(text)
    except ValueError:
        return False
    return True


def _named(name: str | None, offset: int | None) -> tzinfo | None:
    """A zone by its offset; a bare abbreviation is ambiguous and counts as no zone."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    return UTC if name in ("UTC", "GMT", "Z") else None
