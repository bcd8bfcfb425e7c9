"""What a log source states of its files, and what is found from their lines where it is silent."""

from collections.abc import Sequence

from pipeline import times
from pipeline.event import LogSource
from pipeline.incident import Window
from pipeline.logs import formats
from pipeline.logs.notes import Notes
from pipeline.logs.stamps import Clock, shape_of


class Stated:
    """The zone, format and shape of time of one source; what is not known of them is noted."""

    def __init__(self, source: LogSource, notes: Notes) -> None:
        self.source = source
        self.zone = None
        if source.zone:
            try:
                self.zone = times.zone(source.zone)
            except ValueError as problem:
                notes.add("unknown-zone", "", f"{problem}; times without a zone are read as UTC", whole=True)
        self._format = formats.named(source.format) if source.format else None
        if source.format and not self._format:
            known = ", ".join(formats.FORMATS)
            what = f"no such format: {source.format!r} (there are {known}); it was found from the data instead"
            notes.add("unknown-format", "", what, whole=True)
        self._time: formats.Parse | None = None
        if source.time_format:
            try:
                self._time = formats.stated(shape_of(source.time_format))
            except ValueError as problem:
                notes.add("unknown-format", "", str(problem), whole=True)

    def clock(self, window: Window) -> Clock:
        return Clock(self.source, window, self.zone)

    def form(self, sample: Sequence[str]) -> formats.Format:
        """The format of a file that begins with these lines."""
        form = self._format or formats.detect(sample)
        if form.name != "text":
            return form
        return formats.Format("text", self._time or formats.guessed(sample) or form.parse)
