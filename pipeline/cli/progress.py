"""Which source is being read, on stderr while somebody watches; nothing at all where stderr is no terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.collect import Progress

_MARKS = {"done": "[green]done[/]", "failed": "[red]failed[/]", "timed out": "[red]timed out[/]"}


@contextmanager
def shown() -> "Iterator[Progress | None]":
    """A progress to hand to collect; None where nobody watches. What it shows is gone when collecting is over."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.fields[name]}", markup=False), TextColumn("{task.completed:,} records"),
        TextColumn("{task.fields[state]}"), TimeElapsedColumn(), console=Console(stderr=True), transient=True,
    ) as bars:  # fmt: skip
        tasks = {}

        def report(source: str, records: int, state: str) -> None:
            if source not in tasks:
                tasks[source] = bars.add_task("", total=None, name=source, state="")
            bars.update(tasks[source], completed=records, state=_MARKS.get(state, state))
            if state in _MARKS:
                bars.stop_task(tasks[source])

        yield report
