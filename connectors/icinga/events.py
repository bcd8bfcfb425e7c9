"""A problem of a host or service as events: how they read, wherever they were told of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.icinga.settings import IcingaSettings
from pipeline import times
from pipeline.event import Event, Kind, Moment

_SERVICE = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_HOST = ("UP", "DOWN", "DOWN", "UNREACHABLE")
_SEVERITY = {
    "WARNING": "warning", "CRITICAL": "critical", "UNKNOWN": "warning", "DOWN": "critical", "UNREACHABLE": "critical",
}  # fmt: skip
HARD, ACKNOWLEDGEMENT, BY_HAND = 1, 4, 1  # state_type; entry_type of comments


def time_of(value: Any) -> datetime | None:
    """The time of a Unix timestamp; None for 0, which stands for never."""
    return times.from_epoch(float(value)) if value else None


def name_of(host: Any, service: Any) -> str:
    """`HOST!SERVICE`, or `HOST`, as Icinga names its objects."""
    return f"{host}!{service}" if service else str(host)


def state_of(name: str, state: Any) -> str:
    return (_SERVICE if "!" in name else _HOST)[int(state)]


class Told:
    """Events of one Icinga; `variables` has the service that a variable names, by object."""

    def __init__(self, settings: IcingaSettings) -> None:
        self._settings = settings
        self.variables: dict[str, str] = {}

    def event(
        self, name: str, at: datetime, moment: Moment, what: str, *, kind: Kind = "alert", severity: str = "",
        episode: datetime | None = None, native: str = "", author: str = "", body: str = "",
        active_since: datetime | None = None,
    ) -> Event:  # fmt: skip
        """`what` follows the name in the title: `is CRITICAL: HTTP 500`."""
        host, _, service = name.partition("!")
        labels: Mapping[str, str] = {"host": host, **({"alertname": service} if service else {"alertname": host})}
        return Event(
            at=at, kind=kind, moment=moment, title=f"{f'{service} on {host}' if service else host} {what}".strip(),
            precision_s=1e-6, native_id=native or name, episode=episode, severity=severity, labels=labels, body=body,
            service=self._settings.service(name, self.variables.get(name) or self.variables.get(host, "")),
            active_since=active_since, actor_role=f"login:{author}" if author else "",
        )  # fmt: skip

    def fired(self, name: str, at: datetime, state: str, output: str, since: datetime | None = None) -> Event:
        said = f"is {state}: {output.splitlines()[0]}" if output else f"is {state}"
        early = since if since and since < at else None
        return self.event(
            name, at, "fired", said, severity=_SEVERITY.get(state, ""), episode=at, active_since=early, body=output
        )

    def worse(self, name: str, at: datetime, state: str, episode: datetime) -> Event:
        severity = _SEVERITY.get(state, "")
        return self.event(name, at, "observed", f"is now {state}", severity=severity, episode=episode)

    def resolved(self, name: str, at: datetime, state: str, episode: datetime | None) -> Event:
        return self.event(name, at, "resolved", f"is {state} again", episode=episode)

    def acknowledged(self, name: str, at: datetime, episode: datetime | None, author: str, comment: str) -> Event:
        return self.event(name, at, "acknowledged", "acknowledged", episode=episode, author=author, body=comment)

    def downtime(self, raw: Mapping[str, Any], at: datetime, word: str) -> Event:
        name = name_of(raw["host_name"], raw.get("service_name"))
        return self.event(
            name, at, "changed", f"downtime {word}", kind="action", native=f"downtime {raw['__name']} {word}",
            author=str(raw.get("author") or ""), body=str(raw.get("comment") or ""),
        )  # fmt: skip

    def said(self, raw: Mapping[str, Any], at: datetime) -> Event:
        """A comment that somebody wrote."""
        name, text = name_of(raw["host_name"], raw.get("service_name")), str(raw["text"])
        native, author = f"comment {raw['__name']}", str(raw.get("author") or "")
        return self.event(name, at, "posted", f"comment: {text}", kind="message", native=native, author=author)
