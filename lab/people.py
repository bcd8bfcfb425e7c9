"""What people do in the incident: status posts and chat messages, by role, written at the moment they happen."""

from datetime import UTC, datetime
from pathlib import Path

from lab.records import append

ON_CALL, COMMANDER, SUPPORT = "on-call engineer", "incident commander", "support lead"
STATUS_TITLE = "Errors at checkout"


class People:
    def __init__(self, out: Path) -> None:
        self._status, self._chat = out / "status.jsonl", out / "chat.jsonl"
        self._posts = self._messages = 0

    def post(self, status: str, text: str) -> datetime:
        """Post to the status page: investigating, identified, monitoring or resolved."""
        at = datetime.now(UTC)
        self._posts += 1
        append(self._status, {
            "time": at, "kind": "status", "title": f"{status.capitalize()}: {STATUS_TITLE}", "id": f"S-{self._posts}",
            "source": "status page", "service": "checkout", "status": status, "actor_role": COMMANDER, "body": text,
        })  # fmt: skip
        return at

    def say(self, role: str, text: str) -> datetime:
        """Write to the incident channel."""
        at = datetime.now(UTC)
        self._messages += 1
        append(self._chat, {
            "time": at, "kind": "message", "title": text, "id": f"M-{self._messages}", "source": "incident channel",
            "service": "checkout", "actor_role": role,
        })  # fmt: skip
        return at
