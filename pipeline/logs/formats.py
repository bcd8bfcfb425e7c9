"""The formats of log files: one function each that understands a line or says None; and which one a file has."""

import json
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.lines import levels
from pipeline.lines.fields import Parsed, access, content, from_json, klog, logfmt
from pipeline.logs.stamps import SHAPES, readable

Parse = Callable[[str], Parsed | None]

# <14>2026-…, INFO 2026-…, [INFO] [2026-…; 7:M 24 Nov … (redis); E, [2026-… (Ruby)
_BEFORE = r"(?:<\d{1,3}>)?(?:[\[(]?[A-Z]{4,8}[\])]?:? +|\d+:[A-Z] |[A-Z], )?[\[(\"']?"
_PLAIN = re.compile(rf"({_BEFORE})({SHAPES})[\])\"']?[ :,|]*")
_ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?"
_RFC3164 = re.compile(
    rf"(?:<(\d{{1,3}})>)?([A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{{4}})?|{_ISO}) "
    r"([\w.:-]+) ([^\s:\[\]=]{1,64}(?:\[[^\]\s]*\])?): ?(.*)",
    re.DOTALL,
)
_RFC5424 = re.compile(
    r"(?:<(\d{1,3})>)?1 (-|\d{4}-\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) "
    r'(?:-|(?:\[(?:[^"\]\\]|"(?:[^"\\]|\\.)*")*\])+)(?: \ufeff?(.*))?',
    re.DOTALL,
)
_NGINX = re.compile(r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[([a-z]+)\] \d+#\d+: (?:\*\d+ )?(.*)", re.DOTALL)
_APACHE = re.compile(
    r"\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4})\] \[(?:([\w.-]*):)?([a-z]+\d?)\] "
    r"(?:\[pid [^\]]*\] )?(?:\[client [^\]]*\] )?(.*)",
    re.DOTALL,
)
_CRI = re.compile(rf"({_ISO}) (stdout|stderr) ([FP])(?::\S*)? ?(.*)", re.DOTALL)
_DOCKER_KEYS = {"log", "stream", "time", "attrs"}


def plain(text: str) -> Parsed | None:
    """Any line that begins with a time, perhaps after a level or a bracket."""
    return _timed(_PLAIN.match(text), text)


def _timed(found: "re.Match[str] | None", text: str) -> Parsed | None:
    if not found:
        return None
    if found[2][0] in "IWEF" and (parsed := klog(text)):
        return parsed
    inner = content(text[found.end() :])
    return inner._replace(when=found[2], level=levels.find(found[1]) or inner.level)


def stated(shape: str) -> Parse:
    """Lines with a time of this shape near their start, as a stated time_format gives it."""
    compiled = re.compile(rf"(.{{0,64}}?)(?<![0-9])({shape})[\])\"']?[ :,|]*")
    return lambda text: _timed(compiled.match(text), text)


def guessed(sample: Sequence[str]) -> Parse | None:
    """Lines whose first words are a time that only python-dateutil reads; None where there is no such time."""
    texts = [text for text in sample[:20] if text[:1].strip() and not plain(text)]
    if len(texts) * 2 <= len(sample[:20]):
        return None
    for words in range(6, 1, -1):
        shape = re.compile(rf"([\[(]?)((?:\S+ +){{{words - 1}}}[^\s\])]+)[\])]?[ :,|]*")
        if sum(1 for text in texts if (found := shape.match(text)) and readable(found[2])) * 2 >= len(texts):
            return lambda text, shape=shape: _timed(_readable(shape.match(text)), text)  # type: ignore[misc]
    return None


def _readable(found: "re.Match[str] | None") -> "re.Match[str] | None":
    return found if found and readable(found[2]) else None


def syslog3164(text: str) -> Parsed | None:
    """BSD syslog (RFC 3164), with or without <PRI>; rsyslog's file format with an ISO time too."""
    found = _RFC3164.match(text)
    if not found or levels.normal(found[3]):  # "2026-… ERROR worker: …" is no host called ERROR
        return None
    level = levels.from_priority(int(found[1])) if found[1] else ""
    said = _unescaped(found[5])
    return Parsed(found[2], level, said, nested=True, stream=f"{found[3]} {found[4]}", padded=True)


def _unescaped(message: str) -> str:
    """A message as it was sent: rsyslog writes tabs and line breaks in octal."""
    return message.replace("#011", "\t").replace("#012", "\n") if "#01" in message else message


def syslog5424(text: str) -> Parsed | None:
    """RFC 5424, with or without <PRI> and BOM; the time `-` is none."""
    found = _RFC5424.fullmatch(text)
    if not found:
        return None
    when = None if found[2] == "-" else found[2]
    level = levels.from_priority(int(found[1])) if found[1] else ""
    return Parsed(
        when, level, _unescaped(found[7] or ""), nested=True, stream=f"{found[3]} {found[4]} {found[5]}", padded=True
    )


def nginx_error(text: str) -> Parsed | None:
    """nginx's error log; the client, server and request at a message's end do not tell templates apart."""
    found = _NGINX.match(text)
    if not found:
        return None
    said = found[3].partition(", client: ")[0]
    return Parsed(found[1], levels.normal(found[2]), found[3] if said == found[3] else said, f"[{found[2]}]")


def apache_error(text: str) -> Parsed | None:
    found = _APACHE.match(text)
    if not found:
        return None
    word = found[3].rstrip("0123456789")
    return Parsed(found[1], levels.normal(word), found[4], f"[{found[2]}:{word}]" if found[2] else f"[{word}]")


def cri(text: str) -> Parsed | None:
    """containerd and CRI-O: `time stream F|P message`; P lines are pieces of one record."""
    found = _CRI.match(text)
    return found and Parsed(found[1], "", found[4], nested=True, stream=found[2], partial=found[3] == "P")


def docker(text: str) -> Parsed | None:
    """Docker's json-file driver: a record ends with the newline that its last piece has."""
    if text[:1] != "{":
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not value.keys() <= _DOCKER_KEYS:
        return None
    log, time, stream = value.get("log"), value.get("time"), value.get("stream", "")
    if not isinstance(log, str) or not isinstance(time, str) or not isinstance(stream, str):
        return None
    whole = log.endswith("\n")
    return Parsed(time, "", log[:-1] if whole else log, nested=True, stream=stream, partial=not whole)


def whole_docker(text: str) -> Parsed | None:
    """The same from a writer that leaves the newline out of every record."""
    found = docker(text)
    return found and found._replace(partial=False)


def _json(text: str) -> Parsed | None:
    return from_json(text) if text[:1] == "{" else None


class Format(NamedTuple):
    name: str
    parse: Parse


# in the order that settles a tie
FORMATS: dict[str, tuple[Parse, ...]] = {
    "cri": (cri,),
    "docker": (docker,),
    "json": (_json,),
    "syslog5424": (syslog5424,),
    "syslog3164": (syslog3164,),
    "access": (access,),
    "nginx-error": (nginx_error,),
    "apache-error": (apache_error,),
    "klog": (klog,),
    "logfmt": (logfmt,),
    "text": (plain,),
    "syslog": (syslog5424, syslog3164),
    "nginx": (access, nginx_error),
    "apache": (access, apache_error),
}
_ALIASES = {
    "plain": "text", "jsonl": "json", "json-lines": "json", "ndjson": "json", "common": "access", "combined": "access",
    "rfc5424": "syslog5424", "rfc3164": "syslog3164", "json-file": "docker", "containerd": "cri",
}  # fmt: skip


def named(name: str) -> Format | None:
    """The format of a stated name, None where it is none of ours."""
    name = _ALIASES.get(name.lower(), name.lower())
    return Format(name, _chain(FORMATS[name])) if name in FORMATS else None


def detect(sample: Sequence[str]) -> Format:
    """The format that understands most of these lines, with a time; `text` where none does better."""
    # free text counts a shade less: whatever else fits says more about a line than its leading time
    best, needed = "text", _understood(plain, sample, 0) * 0.95
    for name, parses in FORMATS.items():
        score = _understood(parses[0], sample, max(needed, 1)) if len(parses) == 1 and name != "text" else 0
        if score >= max(needed, 1):
            best, needed = name, score + 1
    if best == "docker" and all(found.partial for text in sample if (found := docker(text))):
        return Format(best, _chain((whole_docker,)))
    return Format(best, _chain(FORMATS[best]))


def _understood(parse: Parse, sample: Sequence[str], needed: float) -> int:
    """How many of these lines a format understands; 0 as soon as it is less than what is needed."""
    score = 0
    for left, text in zip(range(len(sample) - 1, -1, -1), sample, strict=True):
        if (found := parse(text)) and found.when is not None:
            score += 1
        elif score + left < needed:
            return 0
    return score


def _chain(parses: tuple[Parse, ...]) -> Parse:
    if len(parses) == 1:
        return parses[0]
    return lambda text: next((found for parse in parses if (found := parse(text))), None)


def anything(text: str) -> Parsed | None:
    """A line that its file's format does not fit: a time at its start, JSON, or None."""
    return plain(text) or _json(text)
