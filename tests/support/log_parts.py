"""A file that is worth dividing, and what it comes to, whoever reads its parts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import Reduced, reduce
from pipeline.logs.parts import Part, Task

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = Window(START, START + timedelta(hours=1))


def written(folder: Path, form: str) -> str:
    """9,000 lines, some with a stack trace or without a time."""
    said = []
    for number in range(9_000):
        at = (START + timedelta(seconds=number / 2)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        text = f"{'ERROR' if number % 7 == 0 else 'INFO'} request {number} took {number % 90} ms"
        said.append(f"{at} stdout F {text}" if form == "cri" else f"{at} {text}")
        if number % 50 == 0:
            trace = ["java.io.IOException: no", "\tat a.B.c(B.java:7)", "\tat a.B.d(B.java:9)"]
            said += [f"{at} stdout F {line}" for line in trace] if form == "cri" else trace
    path = folder / "app.log"
    path.write_text("".join(f"{line}\n" for line in said))
    return str(path)


def found(path: str, mapped: Callable[[Sequence[Task]], Iterator[Part]], **fields: object) -> Reduced:
    source = LogSource(paths=(path,), name="web", service="web", **fields)  # type: ignore[arg-type]
    return reduce([source], HOUR, show=99, mapped=mapped)


def alike(one: Reduced, other: Reduced) -> bool:
    return one == replace(other, summaries=one.summaries) and set(map(repr, one.summaries)) == set(
        map(repr, other.summaries)
    )
