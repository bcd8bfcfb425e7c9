"""What a draft still lacks, as its text says; and whether it is signed off."""

import re
from collections.abc import Iterator

from pipeline.draft import document

SIGNED, OPEN = "reviewed", "draft"  # values of `status` in the front matter
_STATUS = re.compile(r"^status: *[\"']?([\w -]*?)[\"']? *$", re.MULTILINE)
_UNKNOWN = re.compile(r"^  (impact_start|detected|acknowledged|mitigated|recovered): *null *$", re.MULTILINE)
_OPEN = re.compile(r"_[^_\n]{1,30}:_ *$", re.MULTILINE)  # `_Answer:_`, in any language


def status(text: str) -> str:
    """What the front matter says of it; "" where it says nothing."""
    found = _STATUS.search(document.parts(text)[0])
    return found[1] if found else ""


def signed(text: str) -> bool:
    return status(text) == SIGNED


def with_status(text: str, said: str) -> str:
    """The text with another status."""
    front, body = document.parts(text)
    line = f"status: {said}"
    changed = _STATUS.sub(line, front, count=1) if _STATUS.search(front) else f"{front}{line}\n"
    return f"---\n{changed}---\n{body}"


def missing(text: str) -> Iterator[str]:
    """What a reviewer has to fill in yet."""
    front, body = document.parts(text)
    above = front.partition("overrides:")[0]
    yield from (f"{name.replace('_', ' ')} unknown" for name in _UNKNOWN.findall(above))
    steps = document.actions(text)
    if steps and not any(one["action"] for one in steps):
        yield "no action item"
    for name, words in (("owner", "an owner"), ("due", "a due date")):
        if count := sum(bool(one["action"]) and not one[name] for one in steps):
            yield f"{count} action item{'s' if count > 1 else ''} without {words}"
    if count := len(_OPEN.findall(body)):
        yield f"{count} question{'s' if count > 1 else ''} to answer"
