"""Text from evidence on its way into Markdown: escaped by default, so that it cannot break a table or add HTML."""

import re
import unicodedata
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

TITLE_LENGTH, EVIDENCE_LENGTH = 200, 1000
EXCERPT_LINES, EXCERPT_LENGTH = 20, 2000

_KEPT_FORMATS = {"\u200c", "\u200d"}  # joiners that scripts and emoji need
_SPECIAL = re.compile(r"[\\`*\[\]|~$@]|(?<![^\W_])_|_(?![^\W_])")
_LEADING = re.compile(r"^(?:(?:#{1,6}|\+|[-=]+)(?=\s|$)|:(?=-)|\d+(?=[.)](?:\s|$)))")
_AUTO_LINK = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):")
# One line in which nothing is special; most texts are: what begins with a number is a list item only before . or ).
_PLAIN = re.compile(
    r"(?:[A-Za-z(]|\d++(?![.)]))(?:[A-Za-z0-9,;()'\"%/?!+=-]++|(?<![oOpP]):(?!/)|(?<![wW])\.| (?! ))*+(?<! )\Z"
)
_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


class Markdown(str):
    """Text that is Markdown already; everything else is escaped when a template prints it."""

    __slots__ = ()


def clean(text: str) -> str:
    """One line without control characters, bidirectional overrides or lone surrogates; runs of white space are one."""
    spaced = re.sub(r"\s+", " ", text).strip()
    if spaced.isascii() and spaced.isprintable():
        return spaced
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in _KEPT_FORMATS).strip()


def cut(text: str, length: int = TITLE_LENGTH) -> str:
    """At most `length` characters, the last of them `…` where something was left out."""
    text = clean(text)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def md(value: Any, length: int = TITLE_LENGTH) -> Markdown:
    """Any text as literal Markdown: CommonMark specials, table pipes, HTML, list markers and auto-links are escaped."""
    return _escaped(str(value), length)


@lru_cache(maxsize=65_536)
def _escaped(value: str, length: int) -> Markdown:
    if len(value) <= length and _PLAIN.match(value):
        return Markdown(value)
    text = re.sub(r"[<>&]", lambda found: _HTML[found[0]], cut(value, length))
    text = _AUTO_LINK.sub(lambda found: "\\" + found[0], _SPECIAL.sub(lambda found: "\\" + found[0], text))
    if text.endswith("#"):  # would end a heading
        text = text[:-1] + "\\#"
    found = _LEADING.match(text)
    if found is None:
        return Markdown(text)
    end = found.end()
    return Markdown(text[:end] + "\\" + text[end:] if found[0].isdigit() else "\\" + text)


def finalize(value: Any) -> Markdown:
    """What a Markdown template prints for `{{ value }}`; nothing that is missing gets through."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, str | int) and not isinstance(value, bool):
        return md(value)
    str(value)  # one that is undefined says here what is missing
    raise TypeError(f"a draft prints text and whole numbers only, not {value!r}")


def url(address: str) -> str:
    """The address percent-encoded for a Markdown link, or "" where it is no http, https or mailto address."""
    try:
        scheme = urlsplit(clean(address)).scheme.lower()
    except ValueError:
        return ""
    if scheme not in ("http", "https", "mailto"):
        return ""
    return quote(clean(address), safe="/:?#&=%+,;@.-_[]").replace("&", "&amp;")


def link(text: str, address: str) -> Markdown:
    """A Markdown link, or the text alone where the address is not one to follow."""
    target = url(address)
    return Markdown(f"[{md(text)}]({target})") if target else md(text)


def excerpt(text: str) -> Markdown:
    """A fenced block whose fence is longer than any run of backticks within."""
    lines = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text).split("\n")
    kept = [re.sub(r"[^\S\n]", " ", line) for line in lines[:EXCERPT_LINES]]
    kept = ["".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs")) for line in kept]
    body = "\n".join(kept).rstrip()
    if len(body) > EXCERPT_LENGTH or len(lines) > EXCERPT_LINES:
        body = body[:EXCERPT_LENGTH].rstrip() + " …"
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markdown(f"{fence}text\n{body}\n{fence}")
