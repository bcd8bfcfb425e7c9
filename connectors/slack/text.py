"""What a message says, in plain words (https://docs.slack.dev/messaging/formatting-message-text)."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

_MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def said(raw: Any, login: Callable[[str], str]) -> str:
    """The text of a message, else that of its attachments and blocks, and the names of its files."""
    text = str(raw.get("text") or "").strip()
    parts = [text] if text else list(_attached(raw))
    parts += [f"[{one['name']}]" for one in raw.get("files") or () if isinstance(one, dict) and one.get("name")]
    return plain("\n".join(parts), login).strip()


def plain(text: str, login: Callable[[str], str]) -> str:
    """The text without Slack's marks; a mention whose login is known becomes @LOGIN, and by it a role in collect."""

    def replaced(found: re.Match[str]) -> str:
        what, label = found[1], found[2] or ""
        if what.startswith("@"):
            known = login(what[1:])
            return found[0] if known == what[1:] else f"@{known.partition('@')[0]}"
        if what.startswith("#"):
            return f"#{label or what[1:]}"
        if what.startswith("!"):
            return label.removeprefix("@") or f"@{what[1:].partition('^')[0]}"
        return label or what

    return html.unescape(_MARKED.sub(replaced, text))


def _attached(raw: Any) -> Iterator[str]:
    for one in (*(raw.get("attachments") or ()), *(raw.get("blocks") or ())):
        if not isinstance(one, dict):
            continue
        inner = one.get("text")
        inner = inner.get("text") if isinstance(inner, dict) else inner
        told = [str(part) for part in (one.get("pretext"), one.get("title"), inner) if part and isinstance(part, str)]
        yield from told or filter(None, [str(one.get("fallback") or "")])
