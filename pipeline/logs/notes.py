"""What reading could not see or had to assume: at most one notice a file (or source) and kind, with a count."""

from dataclasses import dataclass, field

from pipeline.event import Notice


@dataclass(slots=True)
class _Note:
    what: str
    gap: bool
    count: int = 0
    example: str = ""
    paths: dict[str, None] = field(default_factory=dict)


class Notes:
    """Collects notices for one log source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._notes: dict[tuple[str, str], _Note] = {}

    def add(
        self,
        kind: str,
        path: str,
        what: str,
        *,
        count: int = 1,
        example: str = "",
        gap: bool = False,
        whole: bool = False,
    ) -> None:
        """Note `what` about a file, or with `whole` about the source, naming its files; the first words stay."""
        note = self._notes.setdefault((kind, "" if whole else path), _Note(what, gap, example=example))
        note.count += count
        note.gap |= gap
        note.paths.setdefault(path)

    def notices(self) -> list[Notice]:
        return [
            Notice(kind=kind, detail=_words(note), source=self.source, gap=note.gap)
            for (kind, _), note in sorted(self._notes.items())
        ]


def _words(note: _Note) -> str:
    first, more = next(iter(note.paths)), len(note.paths) - 1
    files = first + (f" and {more} more file{'s' * (more > 1)}" if more else "")
    tail = f" ({note.count:,} record{'s' * (note.count != 1)}, first: {note.example})" if note.example else ""
    return f"{files}: {note.what}{tail}" if files else note.what + tail
