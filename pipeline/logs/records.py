"""Lines into records: a stack trace and its message stay one record, as do the pieces of a container's long line."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from pipeline.lines.fields import Parsed, content
from pipeline.logs.formats import Format, anything
from pipeline.logs.lines import KEEP

STREAMS = 16  # streams of an envelope (stdout, stderr, a syslog tag) that have a record open at the same time
_PYTHON = "Traceback (most recent call last)"
_MORE = re.compile(
    r"Caused by: |Suppressed: |\.{3} \d+ (?:more|common)|at \S+ ?\(|Traceback \(most recent call last\)"
    r"|goroutine \d+ \[|created by \S|exit status \d|\[signal |During handling of the above|The above exception was"
    r"|[}\])]+[,;]?$|\^+$|Wrapped by: |\[CIRCULAR REFERENCE"
)
_CHAINED = ("During handling of the above", "The above exception was")
_RAISED = re.compile(r"(?:[A-Za-z_][\w$]*\.)*[A-Za-z_$][\w$]*(?:Exception|Error|Throwable)(?: \[[^\]]*\])?(?::|$)")
_CALL = re.compile(r"[\w./*()\[\]{}·-]+\(.*\)$")


# what a record may go on with, in one state of it or another
_FOLLOWS = re.compile(rf"{_MORE.pattern}|{_RAISED.pattern}|{_CALL.pattern}|goroutine |{'|'.join(_CHAINED)}")


class Text(NamedTuple):
    """One decoded line and where it stands; `dropped` bytes of it were not kept."""

    offset: int
    number: int
    text: str
    dropped: int


class Record:
    """One log record: its first line's fields, and the text of all its lines up to KEEP characters.

    `at` is its time, once that was read; None where it has none.
    """

    __slots__ = (
        "_trace",
        "at",
        "dropped",
        "level",
        "line",
        "message",
        "offset",
        "parts",
        "size",
        "template",
        "traits",
        "when",
    )

    def __init__(self, line: Text, parsed: Parsed) -> None:
        self.offset, self.line, self.dropped = line.offset, line.number, line.dropped
        self.at: datetime | None = None
        self.when, self.level, self.message = parsed.when, parsed.level, parsed.message
        self.traits, self.template = parsed.traits, parsed.template
        self.parts, self.size = [line.text], len(line.text)
        self._trace = ""  # "" none yet, "frames", "python" while in a traceback, "ended" after one, "go"
        if "\n" not in line.text and line.text.startswith(("goroutine ", "panic: ", "fatal error: ")):
            self._trace = "go"
        elif _PYTHON in line.text[-64:]:
            self._trace = "python"

    @property
    def traced(self) -> bool:
        """Whether its first line begins a stack trace."""
        return bool(self._trace)

    def add(self, line: Text, text: str) -> None:
        kept = text[: max(KEEP - self.size, 0)]
        if kept or not text:
            self.parts.append(kept)
        self.size += len(kept)
        self.dropped += len(text) - len(kept) + line.dropped

    def continues(self, text: str, padded: bool = False) -> bool:
        """Whether a line belongs to this record; keeps track of where in a stack trace it is."""
        trace = self._trace
        if text[0] in " \t":
            frame = text.lstrip().startswith(("at ", "File ", "... "))
            if frame and trace in ("", "ended"):
                self._trace = "frames"
            return frame or not padded or text[0] == "\t" or trace not in ("", "ended")
        if text.startswith(_PYTHON):
            if trace == "ended":
                return False
            self._trace = "python"
            return True
        if text.startswith(_CHAINED):
            self._trace = ""
            return True
        if text.startswith("goroutine "):
            self._trace = "go"
            return bool(_MORE.match(text))
        if trace == "python":
            self._trace = "ended"
            return True
        if trace == "go" and len(text) < 1000 and _CALL.match(text):
            return True
        return bool(_MORE.match(text)) or (not trace and self.when is not None and bool(_RAISED.match(text)))


class Records:
    """The records of one file, from its lines in order. Empty lines are none; `opened` is told of each as it begins."""

    def __init__(self, form: Format, opened: Callable[[Record], None]) -> None:
        self._parse, self._opened = form.parse, opened
        self._open: dict[str, Record] = {}
        self._pieces: dict[str, tuple[Text, Parsed]] = {}

    def feed(self, line: Text) -> Record | None:
        """The record that this line ends, if it does."""
        text = line.text
        if not text or text.isspace():
            return None
        parsed = self._parse(text) or anything(text)
        if parsed and parsed.nested:
            whole = _joined(line, parsed, self._pieces)
            if whole is None:
                return None
            line, parsed = whole
        body = parsed.message if parsed and parsed.nested else text
        stream = parsed.stream if parsed else next(reversed(self._open), "")
        previous = self._open.get(stream)
        open_ended = parsed is None or parsed.when is None or parsed.nested
        if previous and open_ended and body and previous.continues(body, bool(parsed and parsed.padded)):
            previous.add(line, body)
            return None
        ended = None
        if previous:
            ended = self._open.pop(stream)
        elif len(self._open) >= STREAMS:
            ended = self._open.pop(next(iter(self._open)))
        self._open[stream] = self._begun(line, understood(parsed, text))
        return ended

    def _begun(self, line: Text, said: Parsed) -> Record:
        record = Record(line, said)
        self._opened(record)
        return record

    def flush(self) -> Iterator[Record]:
        """The records that are still open, since no more of their lines come."""
        pieces, self._pieces = self._pieces, {}
        records, self._open = self._open, {}
        for line, parsed in pieces.values():  # the file ended within a record
            yield self._begun(line, understood(parsed, line.text))
        yield from records.values()

    def end(self, stream: str) -> Record | None:
        """The record that is open in a stream, since another one begins there."""
        return self._open.pop(stream, None)


def begins(parsed: Parsed, line: Text) -> Record | None:
    """The record of a line that continues none, whatever came before but a Python or Go trace, and opens no trace."""
    if parsed.when is None or parsed.partial or parsed.telling:
        return None
    said = understood(parsed, line.text)
    record = Record(line, said)
    if said.telling or record.traced:
        return None
    body = parsed.message
    if parsed.nested and (not body or body.isspace() or body[0] in " \t" or _FOLLOWS.match(body)):
        return None
    return record


def _joined(line: Text, parsed: Parsed, pieces: dict[str, tuple[Text, Parsed]]) -> tuple[Text, Parsed] | None:
    """The whole record once its last piece has come; None before that."""
    begun = pieces.pop(parsed.stream, None)
    if begun:
        first, before = begun
        kept = parsed.message[: max(KEEP - len(before.message), 0)]
        dropped = first.dropped + line.dropped + len(parsed.message) - len(kept)
        line = Text(first.offset, first.number, first.text + kept, dropped)
        parsed = before._replace(message=before.message + kept, partial=parsed.partial)
    if parsed.partial and len(pieces) < STREAMS:
        pieces[parsed.stream] = (line, parsed)
        return None
    return line, parsed


def understood(parsed: Parsed | None, text: str) -> Parsed:
    """With an envelope opened: what the message says of its level goes before the envelope's word for it."""
    if parsed is None:
        return content(text)._replace(when=None)
    if not parsed.nested:
        return parsed
    inner = anything(parsed.message) or content(parsed.message)
    return inner._replace(when=parsed.when, level=inner.level or parsed.level)
