"""A Slack channel and a status page, with the limits that they really have."""

from dataclasses import dataclass, field
from typing import Any

from publishing_stub import Target


@dataclass
class Slack(Target):
    """The channel C0123456789; `messages` are its messages, the last first."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        call, given = path.removeprefix("/"), body or params
        if self.headers[-1].get("Authorization") != "Bearer xoxb-1":
            return 200, {"ok": False, "error": "invalid_auth"}
        if given["channel"] != "C0123456789":
            return 200, {"ok": False, "error": "channel_not_found"}
        if call == "conversations.history":
            return 200, self._history(params)
        if call == "chat.getPermalink":
            return 200, {"ok": True, "permalink": f"https://slack.example/{params['message_ts']}"}
        if wrong := _wrong(given):
            return 200, {"ok": False, "error": "invalid_blocks", "errors": [wrong]}
        kept = {key: given[key] for key in ("text", "blocks", "metadata")}
        if call == "chat.update":
            next(one for one in self.messages if one["ts"] == given["ts"]).update(kept)
            return 200, {"ok": True, "ts": given["ts"]}
        ts = f"1795536{len(self.messages):03}.000100"
        self.messages.insert(0, {**kept, "ts": ts})
        return 200, {"ok": True, "ts": ts}

    def _history(self, params: dict[str, str]) -> Any:
        """Pages of 2, and metadata only where it was asked for."""
        start = int(params.get("cursor", 0))
        shown = [dict(one) for one in self.messages if float(one["ts"]) >= float(params.get("oldest", 0))]
        for one in shown if params.get("include_all_metadata") != "true" else ():
            one.pop("metadata", None)
        cursor = str(start + 2) if start + 2 < len(shown) else ""
        return {"ok": True, "messages": shown[start : start + 2], "response_metadata": {"next_cursor": cursor}}


def _wrong(message: Any) -> str:
    """The limit that a message passes: 50 blocks, 150 characters of a header, 3,000 of a section, 10 fields."""
    if len(message["blocks"]) > 50:
        return "no more than 50 items allowed"
    for block in message["blocks"]:
        size = 150 if block["type"] == "header" else 3000
        fields = block.get("fields", [])
        if not 1 <= len(block.get("text", {"text": "-"})["text"]) <= size or len(fields) > 10:
            return f"must be less than {size + 1} characters"
        if any(len(one["text"]) > 2000 for one in fields):
            return "must be less than 2001 characters"
    return ""


@dataclass
class Statuspage(Target):
    """The page kctbh9vrtdwd with incidents; whatever would publish a postmortem is counted."""

    incidents: list[dict[str, Any]] = field(default_factory=list)
    drafts: dict[str, str] = field(default_factory=dict)
    public: dict[str, str] = field(default_factory=dict)
    published: int = 0

    def respond(self, method: str, path: str, params: dict[str, str], body: Any) -> tuple[int, Any]:
        if self.headers[-1].get("Authorization") != "OAuth key-1":
            return 401, {"error": "Could not authenticate"}
        path = path.removeprefix("/v1/pages/kctbh9vrtdwd/")
        self.published += "publish" in path
        if path == "incidents":
            return 200, self.incidents[: int(params["limit"])]
        incident = path.split("/")[1]
        if all(one["id"] != incident for one in self.incidents):
            return 404, {"error": "Not found"}
        if method == "PUT":
            self.drafts[incident] = body["postmortem"]["body_draft"]
        if incident not in self.drafts and incident not in self.public:
            return 404, {"error": "Not found"}
        return 200, {"body_draft": self.drafts.get(incident), "body": self.public.get(incident)}
