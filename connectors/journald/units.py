"""What systemd says of units, by the ids of its messages (`journalctl --list-catalog`, sd-messages(3)).

A start, stop or reload is an action: somebody, or a deploy, did it. A failure is a log event, as is a start by which
systemd itself brings a failed unit back: nobody did that.
"""

from collections.abc import Iterator

from connectors.journald.journal import Entry, text_of, time_of, unit_of
from connectors.journald.settings import JournaldSettings
from pipeline.event import Event

STARTED, RESTARTING = "39f53479d3a045ac8e11786248231fbf", "5eb03494b6584870a536b337290809b3"
_ACTIONS = {
    STARTED: "started", "9d1aaa27d60140bd96365438aad20286": "stopped", "7b05ebc668384222baa8881179cfda54": "reloaded",
}  # fmt: skip
_FAILURES = {
    "d9b373ed55a64feb8242e02dbe79a49c": "failed", "be02cf6855d2428ba40df7e9d022f03d": "failed to start",
    "fe6faa94e7774663a0da52717891d8ef": "was killed for want of memory",
    "fc2e22bc6ee647b6b90729ab34a250b1": "dumped core",
}  # fmt: skip
MATCHES = tuple(f"MESSAGE_ID={one}" for one in (*_ACTIONS, *_FAILURES, RESTARTING))


class Units:
    """The units of one journal, as its entries come by in order of time."""

    def __init__(self, settings: JournaldSettings) -> None:
        self._settings = settings
        self._restarting: set[tuple[str, str]] = set()

    def event(self, entry: Entry) -> Iterator[Event]:
        """The event; nothing for what is no service, and for the notice that a restart comes."""
        unit, kind, host = unit_of(entry), text_of(entry, "MESSAGE_ID"), text_of(entry, "_HOSTNAME")
        if not unit.endswith(".service") or kind not in (*_ACTIONS, *_FAILURES, RESTARTING):
            return
        if kind == RESTARTING:
            self._restarting.add((host, unit))
            return
        by_itself = kind == STARTED and (host, unit) in self._restarting
        self._restarting.discard((host, unit))
        result, place = text_of(entry, "UNIT_RESULT"), f" on {host}" if host else ""
        told = _FAILURES.get(kind) or _ACTIONS[kind] + (" again by itself" if by_itself else "")
        acted = kind in _ACTIONS and not by_itself
        labels = {"unit": unit, "host": host, "result": result}
        yield Event(
            at=time_of(entry), at_text=str(entry["__REALTIME_TIMESTAMP"]), precision_s=1e-6,
            kind="action" if acted else "log", moment="changed" if acted else "observed",
            title=f"{unit} {told}{place}{f': {result}' if result else ''}", service=self._settings.service(unit),
            severity="error" if kind in _FAILURES else "info", native_id=str(entry["__CURSOR"]),
            labels={name: text for name, text in labels.items() if text}, body=text_of(entry, "MESSAGE"),
        )  # fmt: skip
