"""Templates: what stays the same in a message when ids, numbers and quoted values are masked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.lines.masked import masked_start

LONGEST_RECORD = 4_000  # characters of a record that an exemplar keeps
LONGEST = 600  # characters of a message that a template is made of
LONGEST_TRACE = 20_000
FRAMES = 3
_TOKEN = r"(?:0|[a-fA-F]{8,})(?![0-9A-Za-z_])"
_LETTERS = (
    r"-[a-fA-F]{4}(?=-(?:0|[a-fA-F]{4}-|[a-fA-F]{12}(?![0-9A-Za-z_])))"  # a group of a uuid may have letters only
)
# A size or a duration is one value with its unit: 900 B and 1.2 KB are the same field.
_UNIT = r"(?:(?<=0) (?:[KMGT]i?B|B|bytes|ns|us|ms|s|secs?|seconds?)(?![0-9A-Za-z_=:]))?"
# Groups of an IPv6 or MAC address may have letters only, as have the day and the month of a date.
_GROUPS = r"(?<![0-9A-Za-z_:])(?=[a-fA-F:]*0)(?:(?:0|[a-fA-F]{1,4})?:){2,15}(?:0|[a-fA-F]{1,4})(?![0-9A-Za-z_:])"
_DATE = (
    r"(?<![0-9A-Za-z_])(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" +0(?: 0(?!:))?(?: 0:0(?::0)?)?(?: (?:UTC|GMT))?(?: 0(?!:))?(?![0-9A-Za-z_])"
)
# What goes with a number: its sign, as in -3 and <1, and what names it, as in blk_-3.
_SIGN = r"(?:[A-Za-z]+_-(?=0)|[-+<>~](?=0)(?<![^\s=:,(\[][-+<>~]))?"
_MASK = re.compile(
    rf"{_GROUPS}|{_DATE}|(?<![0-9A-Za-z_]){_SIGN}{_TOKEN}(?:[-+.:,/]+{_TOKEN}|{_LETTERS})*{_UNIT}"
    r'|"((?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) )?(?:[^"\\]|\\.)*"'
    r"|(?<![0-9A-Za-z_])'[^']*'(?![0-9A-Za-z_])"
)
_MASKED = r"\1<*>"
_LIST = re.compile(r"<\*>(?:,? <\*>)+")  # as long as it may be
_AGAIN = re.compile(r"(?<!\S)(\S*<\*>\S*(?: \S+)?)(?: \1)+(?!\S)")  # the same, of more than a value each
_FRAME = re.compile(r"\s*(?:\| *)?at (?:async )?(?:new )?([^\s(]+)")
_FILE = re.compile(r'\s*(?:\| *)?File "([^"]*)", line \d+(?:, in (\S+))?')
_CALL = re.compile(r"([\w./*()\[\]{}·-]+)\(.*\)$")
_RAISED = re.compile(
    r"(?:Caused by: |Exception in thread \S+ |Uncaught |Unhandled \w+: |.{0,200}?[\s:]|)"
    r"((?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*(?:Exception|Error|Throwable|Interrupt|Exit|Timeout))"
    r"(?: \[[^\]]*\])?(?::|$)"
)
# Without digits and not long: a line of an armoured key in a traceback is no type.
_TYPE_LINE = re.compile(r"((?:[A-Za-z_]\w{0,59}\.)*[A-Z][A-Za-z_]{2,59})(?::|$)")


def mask(text: str) -> str:
    """The text with `<*>` for every token that holds a digit (run of [0-9A-Za-z_]), quoted string, hex or uuid.

    A sign or a unit goes with its number; of a quoted request the method stays: `"GET /a HTTP/1.1"` is `GET <*>`.
    A quoted string at the very start is the message of a structured line and stays.
    """
    return _mask(whole_words(masked_start(text, LONGEST + 1), LONGEST))


@lru_cache(4096)  # most lines are alike once their digits are gone
def _mask(text: str) -> str:
    return _AGAIN.sub(r"\1", _LIST.sub("<*>", _valued(text.strip())))


def _valued(text: str) -> str:
    if text[:1] == '"' and (end := text.find('"', 1)) > 1:
        return f'"{_MASK.sub(_MASKED, text[1:end].strip())}"{_MASK.sub(_MASKED, text[end + 1 :])}'
    return _MASK.sub(_MASKED, text)


def cut(text: str, dropped: int = 0) -> str:
    """What an exemplar keeps of a record, saying how many more characters there were; `dropped` were never kept."""
    more = max(len(text) - LONGEST_RECORD, 0) + dropped
    return f"{text[:LONGEST_RECORD]}… ({more:,} more characters)" if more else text


def whole_words(text: str, longest: int) -> str:
    """At most `longest` characters, without the word that the cut would go through: half a secret is still one."""
    return text if len(text) <= longest else text[: max(text.rfind(" ", 0, longest), 0)]


class Said(NamedTuple):
    """A template: the words of a message, which may yet be found to hold values, and what stays as it is."""

    words: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.words} {self.rest}".strip()


def said(message: str, traits: str, further: Sequence[str]) -> Said:
    """The template of a record: of its stack trace where it has one, else of its message and telling fields.

    `further` are the lines after the first; a message may hold line breaks too.
    """
    found = ""
    if further or "\n" in message:
        first, *rest = message[:LONGEST_TRACE].split("\n")
        found = trace([first, *rest, *further])
        message = first
    telling = f"[{traits}]" if traits else ""
    return Said("", f"{found} {telling}".strip()) if found else Said(mask(message), telling)


def template(message: str, traits: str, further: Sequence[str]) -> str:
    """The same as one text."""
    return str(said(message, traits, further))


def trace(lines: Sequence[str]) -> str:
    """`Type < Cause at frame < frame < frame` of a Java, Python, Go or Node stack trace; "" where there is none."""
    kinds: list[str] = []
    frames: list[str] = []
    python = go = False
    for line in (one[:1000] for one in lines[:400]):
        if found := _FILE.match(line):
            python = True
            frames.append(f"{found[1].rpartition('/')[2]}:{found[2] or '?'}")
        elif found := _FRAME.match(line):
            frames.append(found[1])
        elif line.startswith(("panic: ", "fatal error: ")):
            go = True
            kinds.append(mask(line)[:120])
        elif line.startswith("goroutine "):
            go = True
        elif go and (found := _CALL.match(line)):
            frames.append(found[1])
        elif line[:1] not in " \t" and (found := (python and _TYPE_LINE.match(line)) or _RAISED.match(line)):
            kinds.append(found[1])
    if not frames or not (kinds or go):
        return ""
    top = frames[-FRAMES:][::-1] if python else [one for one in frames if one != "panic"][:FRAMES]
    return f"{' < '.join(dict.fromkeys(kinds[:4])) or 'goroutine trace'} at {' < '.join(top)}"
