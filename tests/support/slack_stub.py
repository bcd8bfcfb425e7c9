"""A Slack of the tests: channels with threads and pins, newest first, by cursor; it refuses in the body of a 200."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import servers

TS = "1795512240.123456"  # 2026-11-24T09:24:00.123456Z
WORKSPACE = "https://shop.slack.com/"


@dataclass
class Slack:
    """`clamp`: the most messages of an answer; `refuse` maps a method to its error."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    clamp: int = 999
    is_limited: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        split = urlsplit(handler.path)
        status, body = self.respond(split.path, {name: one[0] for name, one in parse_qs(split.query).items()})
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, path: str, params: dict[str, str]) -> tuple[int, Any]:
        """(status, body) of one request."""
        method = path.rpartition("/")[2]
        self.asked.append((method, params))
        if method in self.refuse:
            return 200, {"ok": False, "error": self.refuse[method], "needed": "pins:read"}
        if method == "auth.test":
            return 200, {"ok": True, "url": WORKSPACE, "team_id": "T1"}
        if method == "pins.list":
            return 200, {"ok": True, "items": [{"type": "message", "message": {"ts": ts}} for ts in self.pins]}
        if method == "users.info":
            user = self.users.get(params["user"])
            return 200, {"ok": True, "user": user} if user else {"ok": False, "error": "user_not_found"}
        if method == "conversations.history":
            return 200, self._page(sorted(self._between(self.messages, params), key=_ts, reverse=True), params)
        if method == "conversations.replies":
            parent = [one for one in self.messages if one["ts"] == params["ts"]]
            if not parent:
                return 200, {"ok": False, "error": "thread_not_found"}
            page = self._page(sorted(self._between(self.replies.get(params["ts"], []), params), key=_ts), params)
            return 200, {**page, "messages": parent + page["messages"]}
        return 200, {"ok": False, "error": "unknown_method"}

    def _between(self, messages: list[Any], params: dict[str, str]) -> list[Any]:
        oldest, latest = params.get("oldest", "0"), params.get("latest", "9999999999.0")
        inclusive = params.get("inclusive") == "true"
        return [
            one for one in messages
            if oldest < one["ts"] < latest or (inclusive and one["ts"] in (oldest, latest))
        ]  # fmt: skip

    def _page(self, found: list[Any], params: dict[str, str]) -> dict[str, Any]:
        start = int(params.get("cursor", 0))
        end = start + min(self.clamp, int(params.get("limit", 100)))
        more = end < len(found)
        return {
            "ok": True, "messages": found[start:end], "has_more": more, "is_limited": self.is_limited,
            "response_metadata": {"next_cursor": str(end) if more else ""},
        }  # fmt: skip


def _ts(one: dict[str, Any]) -> str:
    return str(one["ts"])


def said(text: str, ts: str = TS, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U024BE7LH", "text": text, "ts": ts, **more}


@contextmanager
def running(slack: Slack | None = None) -> Iterator[Slack]:
    """The stub, served."""
    held = slack or Slack()
    with servers.serving(held.answer) as held.url:
        yield held


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to a channel with a thread."""
    parent = said("checkout is down <@U1>", thread_ts=TS, reply_count=1, latest_reply="1795512300.000100")
    reply = said("looking", "1795512300.000100", thread_ts=TS)
    held = Slack([parent], {TS: [reply]}, [TS], {"U024BE7LH": {"name": "alice"}, "U1": {"name": "bert"}})
    with running(held) as slack:
        yield {"url": slack.url.replace("//", "//bob:s3cret@"), "channels": ["C024BE91L"], "look_up_users": True}
