"""What people do in the incident: status posts and chat messages, by role, written at the moment they happen."""

from datetime import UTC, datetime
from pathlib import Path

from lab.records import append

ON_CALL, COMMANDER, SUPPORT = "on-call engineer", "incident commander", "support lead"
STATUS_TITLE = "Errors at checkout"


class People:
    def __init__(self, out: Path) -> None:
        self._status, self._chat = out / "status.jsonl", out / "chat.jsonl"
        self._done = out / "changes.jsonl"
        self.posts = self.messages = self._changes = 0

    def post(self, status: str, text: str) -> datetime:
        """Post to the status page: investigating, identified, monitoring or resolved."""
        at = datetime.now(UTC)
        self.posts += 1
        append(self._status, {
            "time": at, "kind": "status", "title": f"{status.capitalize()}: {STATUS_TITLE}", "id": f"S-{self.posts}",
            "source": "status page", "service": "checkout", "status": status, "actor_role": COMMANDER, "body": text,
        })  # fmt: skip
        return at

    def did(self, kind: str, text: str) -> str:
        """Record a change or an action in the log of operations once it is complete; its id."""
        self._changes += 1
        append(self._done, {
            "time": datetime.now(UTC), "kind": kind, "title": text, "id": f"C-{self._changes}",
            "source": "operations log", "service": "checkout", "actor_role": ON_CALL,
        })  # fmt: skip
        return f"C-{self._changes}"

    def say(self, role: str, text: str, service: str = "checkout") -> datetime:
        """Write to the incident channel."""
        at = datetime.now(UTC)
        self.messages += 1
        append(self._chat, {
            "time": at, "kind": "message", "title": text, "id": f"M-{self.messages}", "source": "incident channel",
            "service": service, "actor_role": role,
        })  # fmt: skip
        return at
