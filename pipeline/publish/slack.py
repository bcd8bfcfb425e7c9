"""A message in Slack with the summary and a link (https://docs.slack.dev/reference/methods).

The message's metadata names the incident: the same message is changed when the draft is published again. Nobody but
the app can edit it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pipeline import times
from pipeline.config.publishing import Slack
from pipeline.errors import SourceError
from pipeline.http import Http
from pipeline.publish.api import Api
from pipeline.publish.post import Done, Post, digest
from pipeline.publish.sections import section, uncited
from pipeline.publish.tree import Node, parse

_TITLE, _TEXT, _FIELD = 150, 3000, 2000  # characters of a header, of a section and of a field in one
_PAGE = 200
_EVENT = "befell_postmortem"
_SCOPES = "chat:write and, to find the message again, channels:history (groups:history for a private channel)"
_FIXES = {
    "not_in_channel": "Invite the app to the channel.",
    "channel_not_found": "Check channel: its id, and that the app was invited to it.",
    "missing_scope": f"Give the app the scopes {_SCOPES}.",
    "invalid_auth": "Check token: the bot token of an app.",
}


def publish(post: Post, settings: Slack, http: Http) -> Done:
    """Post the summary, or change the message that was posted before. SourceError where Slack refuses."""
    api = _Slack(settings, http)
    link = settings.link.replace("{incident}", post.name) or post.link
    content = {"text": _cut(post.title, _TEXT), "blocks": _blocks(post, link)}
    known = {"incident": post.incident, "sha256": digest(repr(content))}
    message = {**content, "channel": settings.channel, "metadata": {"event_type": _EVENT, "event_payload": known}}
    old = _found(api, settings.channel, post)
    if changed := old is None or old["metadata"]["event_payload"] != known:
        # `unfurl_links`: the link's own preview would repeat the summary.
        more = {"unfurl_links": False} if old is None else {"ts": old["ts"]}
        old = api.call("chat.postMessage" if old is None else "chat.update", {**message, **more})
    shown = api.get("chat.getPermalink", channel=settings.channel, message_ts=old["ts"])
    return Done(shown["permalink"], changed)


class _Slack:
    def __init__(self, settings: Slack, http: Http) -> None:
        self._api = Api(settings, http, settings.base)

    def call(self, method: str, body: Any) -> Any:
        return self._checked(method, self._api.ask("POST", method, body))

    def get(self, method: str, **params: Any) -> Any:
        return self._checked(method, self._api.ask("GET", method, **params))

    def _checked(self, method: str, answer: Any) -> Any:
        """Slack answers with 200 whether it did what was asked or not."""
        if answer.get("ok"):
            return answer
        error = str(answer.get("error"))
        needed = f" (needed: {answer['needed']})" if answer.get("needed") else ""
        fix = _FIXES.get(error, "See docs/publish.md.")
        raise SourceError(f"{error}{needed}.", where=f"{self._api.root}/{method}", fix=fix)


def _found(api: _Slack, channel: str, post: Post) -> Any:
    """The message for this incident, posted since its window began."""
    params: dict[str, Any] = {"channel": channel, "limit": _PAGE, "include_all_metadata": "true"}
    window = post.front.get("window") or {}
    if start := _moment(window.get("start") if isinstance(window, dict) else None):
        params["oldest"] = f"{start.timestamp():.6f}"
    return next((one for one in _messages(api, params) if _is_of(one, post)), None)


def _moment(value: Any) -> datetime | None:
    try:
        return value if isinstance(value, datetime) else times.parse(str(value)) if value else None
    except ValueError:
        return None


def _messages(api: _Slack, params: dict[str, Any]) -> Iterator[Any]:
    while True:
        answer = api.get("conversations.history", **params)
        yield from answer["messages"]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        params = {**params, "cursor": cursor}


def _is_of(message: Any, post: Post) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == _EVENT and payload.get("incident") == post.incident


def _blocks(post: Post, link: str) -> list[Any]:
    """Title, the facts of the front matter, what the summary says in sentences, the link."""
    found: list[Any] = [{"type": "header", "text": {"type": "plain_text", "text": _cut(post.title, _TITLE)}}]
    if facts := [f"*{name}*\n{_escaped(value)}" for name, value in _facts(post)]:
        fields = [{"type": "mrkdwn", "text": _cut(fact, _FIELD)} for fact in facts]
        found.append({"type": "section", "fields": fields})
    sentences = [_mrkdwn(one).strip() for one in parse(uncited(section(post.body, "summary"))).inside if _is_text(one)]
    if text := "\n".join(filter(None, sentences)):
        found.append({"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, _TEXT)}})
    if link.startswith(("https://", "http://")):
        found.append({"type": "section", "text": {"type": "mrkdwn", "text": f"<{_escaped(link)}|Read the draft>"}})
    return found


def _facts(post: Post) -> Iterator[tuple[str, str]]:
    """What the front matter says, the reviewer's word first."""
    overrides = post.front.get("overrides")
    front = {**post.front, **(overrides if isinstance(overrides, dict) else {})}
    services, due = front.get("services"), _moment(front.get("review_due"))
    yield from (
        (name, str(value))
        for name, value in (
            ("Severity", front.get("severity")),
            ("Services", ", ".join(map(str, services)) if isinstance(services, list) else None),
            ("Review due", f"{due:%Y-%m-%d %H:%M} UTC" if due else None),
        )
        if value
    )


def _is_text(one: Node | str) -> bool:
    return isinstance(one, str) or one.tag in ("p", "ul", "ol")


def _mrkdwn(one: Node | str) -> str:
    """Slack's own markup; links within the draft lead nowhere from here."""
    if isinstance(one, str):
        return _escaped(one)
    target = one.attributes.get("href", "")
    inside = "".join(map(_mrkdwn, one.inside))
    marks = {"strong": "*", "em": "_", "s": "~", "code": "`"}
    if one.tag in marks and inside.strip():
        return f"{marks[one.tag]}{inside}{marks[one.tag]}"
    if target.startswith(("https://", "http://")):
        return f"<{_escaped(target)}|{inside}>"
    return f"• {inside.strip()}\n" if one.tag == "li" else inside


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"
