"""Times, spans and measured values as a reader wants them; no locale, no clock."""

from datetime import UTC, datetime, tzinfo

MINUTE, HOUR, DAY = 60, 3600, 86400
MINUS = "−"


def clock(at: datetime, zone: tzinfo = UTC, *, date: bool = False, precision_s: float = 0.0) -> str:
    """`09:26:46`, or `09:26` where the source gives no seconds; with the date in front where asked."""
    at = at.astimezone(zone)
    time = f"{at.hour:02}:{at.minute:02}" + ("" if precision_s >= MINUTE else f":{at.second:02}")
    return f"{at:%Y-%m-%d} {time}" if date else time


def stamp(at: datetime, zone: tzinfo = UTC) -> str:
    """`2026-11-24 09:26:46 UTC`, in another zone `2026-11-24 10:26:46 +01:00`."""
    return f"{clock(at, zone, date=True)} {'UTC' if zone is UTC else distance(at, zone)}"


def distance(at: datetime, zone: tzinfo) -> str:
    """How far a zone is from UTC at a moment: `+01:00`."""
    return at.astimezone(zone).isoformat()[-6:]


def span(seconds: float) -> str:
    """The two largest units of a length of time: `45 s`, `2 min 10 s`, `1 h 4 min`, `2 d 3 h`."""
    left = round(abs(seconds))
    sign = MINUS if seconds < 0 and left else ""
    for size, unit, small_size, small in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1, "s")):
        if left >= size:
            rest = left % size // small_size
            return f"{sign}{left // size} {unit}" + (f" {rest} {small}" if rest else "")
    return f"{sign}{left} s"


def offset(seconds: float) -> str:
    """A signed distance: `+2 min 10 s`."""
    return span(seconds) if seconds < 0 else f"+{span(seconds)}"


def relation(seconds: float, to: str) -> str:
    """`2 min 10 s after detection`, `1 min before detection`, `at detection`."""
    if not round(seconds):
        return f"at {to}"
    return f"{span(abs(seconds))} {'after' if seconds > 0 else 'before'} {to}"


def number(value: float) -> str:
    """Three significant digits, thousands apart: `0.0213`, `12.5`, `48,210`."""
    text = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return text.replace("-", MINUS) if "e" not in text else text


def measured(value: float, unit: str) -> str:
    """A value with its unit: a ratio as %, seconds as ms or s, bytes in powers of 1,024, else the plain number."""
    name = unit.strip().casefold()
    if name in ("ratio", "percentunit"):
        return f"{number(value * 100)} %"
    if name in ("percent", "%"):
        return f"{number(value)} %"
    if name in ("s", "sec", "second", "seconds", "ms", "millisecond", "milliseconds"):
        seconds = value / 1000 if name.startswith("m") else value
        return f"{number(seconds)} s" if abs(seconds) >= 1 or not seconds else f"{number(seconds * 1000)} ms"
    if name in ("b", "byte", "bytes"):
        for size, word in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
            if abs(value) >= size:
                return f"{number(value / size)} {word}"
        return f"{number(value)} B"
    return f"{number(value)} {unit.strip()}".strip()


def change(before: float, after: float, unit: str) -> str:
    """`0.4 % → 12 %`; a unit that is a word stands once: `0 → 10 connections`."""
    first, last = measured(before, unit), measured(after, unit)
    word = unit.strip()
    told_once = len(word) > 3 and first.endswith(f" {word}") and last.endswith(f" {word}")
    return f"{first.removesuffix(word).strip() if told_once else first} → {last}"


def many(count: int, one: str, more: str = "") -> str:
    """`1 firing`, `1,204 firings`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
