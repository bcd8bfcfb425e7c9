"""The records that some lines make."""

from collections.abc import Sequence

from pipeline.logs.formats import Format
from pipeline.logs.records import Record, Records, Text


def records(lines: Sequence[str], form: Format) -> list[Record]:
    reader = Records(form, lambda record: None)
    ended = [reader.feed(Text(0, number, line, 0)) for number, line in enumerate(lines, start=1)]
    return [*filter(None, ended), *reader.flush()]
