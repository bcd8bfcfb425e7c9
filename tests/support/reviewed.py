"""An incident that was drafted, and the browsers of those who review it."""

from pathlib import Path
from typing import Any

from support.followed import Service, at, fired, incident, resolved
from support.reading import Browser

TITLE = "Carts fail"
EVENTS = (
    fired("Errors", 0, severity="critical", url="https://alerts.example/Errors"),
    fired("Slow", 2),
    resolved("Slow", 2, 18),
    resolved("Errors", 0, 20),
)


class Reviewed:
    """`id` is the incident; its draft is in `path`."""

    def __init__(self, service: Service, name: str = "INC-1", events: Any = EVENTS, **more: Any) -> None:
        self.service, self.id = service, name
        service.accept(*events, incident(name, 0, 20, **more), minute=21)
        done = service.draft(name, 40)
        assert done is not None and done.state == "drafted", done
        self.path = Path(done.file)

    @property
    def text(self) -> str:
        return self.path.read_text()

    def browser(self, role: str = "reviewer") -> Browser:
        return Browser(self.service, role)

    def more(self, *events: Any) -> None:
        """Something that a source has, and that the draft was made without."""
        self.service.accept(*events, minute=45)


__all__ = ["EVENTS", "Reviewed", "at", "fired", "resolved"]
