"""A message as an event. Its `ts` is its identity within the channel: a string, never a float."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.slack.settings import SlackSettings
from connectors.slack.text import said
from pipeline import times
from pipeline.event import Event

LONGEST_TITLE = 300
SILENT = frozenset(("channel_join", "channel_leave", "group_join", "group_leave", "bot_add", "bot_remove", "tombstone"))
_TS = re.compile(r"(\d{1,12})\.(\d{6})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: its channel, the workspace's address, the channel's pinned messages."""

    channel: str
    workspace: str
    pinned: frozenset[str]
    login: Callable[[str], str]


def time_of(ts: Any) -> datetime:
    """The time of `1795512240.123456`; ValueError where it is none."""
    found = _TS.fullmatch(ts) if isinstance(ts, str) else None
    if not found:
        raise ValueError(f"{ts!r} is no time of a message")
    return times.checked(_EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2])))


def ts_of(at: datetime) -> str:
    """The time as Slack wants it: decimal seconds, whole to the microsecond."""
    since = at - _EPOCH
    return f"{since.days * 86400 + since.seconds}.{since.microseconds:06}"


def message(settings: SlackSettings, place: Place, raw: Any) -> Iterator[Event]:
    """The event, or nothing where nobody said anything (someone joined), or only a bot that is not read."""
    of_bot = bool(raw.get("bot_id") or raw.get("subtype") == "bot_message")
    ts, text = raw["ts"], said(raw, place.login)
    at = time_of(ts)
    if raw.get("subtype") in SILENT or not text or (of_bot and not settings.bots):
        return
    flat = " ".join(text.split())
    title = flat if len(flat) <= LONGEST_TITLE else f"{flat[: LONGEST_TITLE - 1].rstrip()}…"
    thread = str(raw.get("thread_ts") or "")
    thread = "" if thread == ts else thread
    labels = {
        "channel": place.channel, "thread": thread, "pinned": "true" if ts in place.pinned else "",
        "bot": str((raw.get("bot_profile") or {}).get("name") or "") if of_bot else "",
    }  # fmt: skip
    user = "" if of_bot else str(raw.get("user") or "")
    link = f"{place.workspace.rstrip('/')}/archives/{place.channel}/p{ts.replace('.', '')}"
    yield Event(
        at=at, at_text=ts, precision_s=1e-6, kind="message", moment="posted", title=title,
        native_id=f"{place.channel} {ts}", service=settings.services.get(place.channel, ""),
        labels={name: text for name, text in labels.items() if text}, body="" if title == text else text,
        url=(f"{link}?thread_ts={thread}&cid={place.channel}" if thread else link) if place.workspace else "",
        actor_role=f"login:{place.login(user)}" if user else "",
    )  # fmt: skip
