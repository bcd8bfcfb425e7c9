"""A timeline as CSV for a spreadsheet, and as a table for a terminal."""

import csv
import io
import sys

from pipeline.cli.session import printable
from pipeline.timeline.model import Row, Timeline
from pipeline.times import rfc3339

COLUMNS = (
    "at", "end", "kind", "moment", "phase", "title", "service", "severity", "sources", "count", "key", "evidence",
    "end_evidence", "rule", "aside", "actor_role", "url",
)  # fmt: skip


def as_csv(timeline: Timeline) -> str:
    """RFC 4180: CRLF line ends, a header line, one line a row; several values in a field are parted by spaces.

    A text that a spreadsheet would take for a formula (it starts with = + - @, a tab or a return) gets a leading `'`.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in timeline.rows:
        writer.writerow([_cell(row, name) for name in COLUMNS])
    return out.getvalue()


def _cell(row: Row, name: str) -> str:
    value = getattr(row, name)
    if name in ("at", "end"):
        return rfc3339(value) if value else ""
    text = " ".join(value) if isinstance(value, tuple) else str(value).lower() if name == "key" else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_table(timeline: Timeline) -> str:
    """Aligned columns: as wide as the terminal, or as wide as they need where stdout is none."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    watched = sys.stdout.isatty()
    out = io.StringIO()
    console = Console(file=out, force_terminal=watched, width=None if watched else 100_000, highlight=False)
    table = Table(box=box.SIMPLE_HEAD if watched else None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("time (UTC)", "phase", "kind", "service", "what"):
        table.add_column(name, no_wrap=name != "what")
    for row in timeline.rows:
        times = f" (×{row.count})" if row.count > 1 else ""
        cells = (f"{row.at:%Y-%m-%d %H:%M:%S}", row.phase, row.kind, row.service, f"{row.title}{times}")
        table.add_row(*(Text(printable(" ".join(cell.split()))) for cell in cells), style="bold" if row.key else "")
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
