"""A draft as a document: front matter, body, action items, and the hash that tells whether somebody edited it."""

import hashlib
import re
from typing import Any

from pipeline.errors import BefellError

FORMAT = 1
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OVERRIDES = re.compile(r"^overrides:[^\n]*\n(?:(?:[ \t#}\]][^\n]*)?\n)*", re.MULTILINE)
_GENERATED = re.compile(r"^generated: ?(\S*)[^\n]*\n", re.MULTILINE)
_META = re.compile(r'<meta name="befell-generated" content="([^"]*)">')
_ACTION = re.compile(r"\|\s*<!-- befell:action:(\w+) -->")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_WHERE = "the draft's front matter"


def split(text: str, file: str = "") -> tuple[dict[str, Any], str]:
    """Front matter and body; ({}, text) where there is none. BefellError, naming the file, for YAML that has faults."""
    front, body = parts(text)
    if not front:
        return {}, body
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe", pure=True).load(front)
    except YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = place(file, mark.line) if mark else file or _WHERE
        why = getattr(problem, "problem", None) or "it is not YAML"
        raise BefellError(f"cannot be read: {why}.", where=where, fix="Mend that line, or remove it.") from None
    except RecursionError:
        fix = "Write out what stands for itself (& and *)."
        raise BefellError("cannot be read: a value is inside itself.", where=file or _WHERE, fix=fix) from None
    except ValueError as problem:
        fix = "Write times as 2026-11-24T09:41:00Z."
        raise BefellError(f"cannot be read: {problem}.", where=file or _WHERE, fix=fix) from None
    if not isinstance(found, dict):
        raise BefellError("holds no keys.", where=file or _WHERE, fix="Write `key: value` lines between the two `---`.")
    return found, body


def is_untouched(text: str) -> bool:
    """Whether this is, overrides and line ends apart, what befell wrote; False where there is no hash."""
    if is_html(text):
        found = _META.search(text)
        return bool(found) and found[1] == _digest(_META.sub("", _lines(text)))  # type: ignore[index]
    front, body = parts(text)
    found = _GENERATED.search(front)
    return bool(found) and found[1] == _hash(front, body)  # type: ignore[index]


def seal(text: str) -> str:
    """The draft with its hash filled in."""
    if is_html(text):
        return _META.sub(f'<meta name="befell-generated" content="{_digest(_META.sub("", text))}">', text, count=1)
    front, body = parts(text)
    line = f"generated: {_hash(front, body)}\n"
    return f"---\n{_GENERATED.sub(line, front, count=1)}---\n{body}"


def with_overrides(text: str, reviewed: str) -> str:
    """A new draft that keeps the overrides block of the reviewed one, word for word."""
    kept = _OVERRIDES.search(parts(reviewed)[0])
    front, body = parts(text)
    if kept is None or not front:
        return text
    return f"---\n{_OVERRIDES.sub(lambda _: kept[0], front, count=1)}---\n{body}"


def stamp(text: str) -> str:
    """The hash of what befell wrote, as a draft in Markdown states it; "" where it states none."""
    found = _GENERATED.search(parts(text)[0])
    return found[1] if found else ""


def stamped(text: str, stamp: str) -> str:
    """The draft with another hash in the place of its own; without one it stays without."""
    front, body = parts(text)
    if not front:
        return text
    return f"---\n{_GENERATED.sub(f'generated: {stamp}' + chr(10), front, count=1)}---\n{body}"


def actions(text: str) -> list[dict[str, str]]:
    """The action items of a draft: its id and what the columns say, "" where nothing was filled in."""
    names = ("action", "owner", "due", "type", "priority", "verification", "tracker")
    found = {}
    fence = ""
    for line in parts(text)[1].split("\n"):
        fence = fenced(line, fence)
        if not fence and (named := _ACTION.match(line)):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[2:]]
            said = ["" if "_" in cell[:1] else cell for cell in [*cells, *[""] * len(names)]]
            found[named[1]] = {"id": named[1], **dict(zip(names, said, strict=False))}
    return list(found.values())


def fenced(line: str, fence: str) -> str:
    """The fence of a code block that is open after this line; `fence` is the one open before it, "" for none."""
    found = _FENCE.match(line)
    if not fence:
        return found[1] if found else ""
    closes = found and found[1].startswith(fence) and line.strip() == found[1]
    return "" if closes else fence


def place(file: str, line: int) -> str:
    """Where a line of the front matter is; `line` counts from 0 below the first `---`."""
    return f"{file}:{line + 2}" if file else f"{_WHERE}, line {line + 2}"


def is_html(text: str) -> bool:
    """Whether this is a page, which has no front matter."""
    return text.lstrip("\ufeff \n\r\t")[:15].lower().startswith("<!doctype html")


def _lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def parts(text: str) -> tuple[str, str]:
    """The lines between the two `---`, and what follows; "" and the text where there are none."""
    text = _lines(text)
    found = _FRONT.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _hash(front: str, body: str) -> str:
    return _digest(_GENERATED.sub("", _OVERRIDES.sub("", front, count=1), count=1) + "---\n" + body)


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
