"""Lines into records: a stack trace and its message stay one record, as do the pieces of a container's long line."""

import re
from collections.abc import Iterable, Iterator
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


class Text(NamedTuple):
    """One decoded line and where it stands; `dropped` bytes of it were not kept."""

    offset: int
    number: int
    text: str
    dropped: int


class Record:
    """One log record: its first line's fields, and the text of all its lines up to KEEP characters."""

    __slots__ = (
        "_trace",
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
        self.when, self.level, self.message = parsed.when, parsed.level, parsed.message
        self.traits, self.template = parsed.traits, parsed.template
        self.parts, self.size = [line.text], len(line.text)
        self._trace = ""  # "" none yet, "frames", "python" while in a traceback, "ended" after one, "go"
        if "\n" not in line.text and line.text.startswith(("goroutine ", "panic: ", "fatal error: ")):
            self._trace = "go"
        elif _PYTHON in line.text[-64:]:
            self._trace = "python"

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


def records(lines: Iterable[Text], form: Format) -> Iterator[Record]:
    """The records of one file. Empty lines are none."""
    open_records: dict[str, Record] = {}
    pieces: dict[str, tuple[Text, Parsed]] = {}
    parse = form.parse
    for line in lines:
        text = line.text
        if not text or text.isspace():
            continue
        parsed = parse(text) or anything(text)
        if parsed and parsed.nested:
            whole = _joined(line, parsed, pieces)
            if whole is None:
                continue
            line, parsed = whole
        body = parsed.message if parsed and parsed.nested else text
        stream = parsed.stream if parsed else next(reversed(open_records), "")
        previous = open_records.get(stream)
        open_ended = parsed is None or parsed.when is None or parsed.nested
        if previous and open_ended and body and previous.continues(body, bool(parsed and parsed.padded)):
            previous.add(line, body)
            continue
        if previous:
            yield open_records.pop(stream)
        elif len(open_records) >= STREAMS:
            yield open_records.pop(next(iter(open_records)))
        open_records[stream] = Record(line, _understood(parsed, text))
    for line, parsed in pieces.values():  # the file ended within a record
        yield Record(line, _understood(parsed, line.text))
    yield from open_records.values()


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


def _understood(parsed: Parsed | None, text: str) -> Parsed:
    """With an envelope opened: what the message says of its level goes before the envelope's word for it."""
    if parsed is None:
        return content(text)._replace(when=None)
    if not parsed.nested:
        return parsed
    inner = anything(parsed.message) or content(parsed.message)
    return inner._replace(when=parsed.when, level=inner.level or parsed.level)
