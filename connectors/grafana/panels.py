"""Links to the panels that the configuration names, over the window, and pictures of them."""

from collections.abc import Iterator
from typing import Any

from connectors.grafana.api import Api
from connectors.grafana.pictures import Pictures
from connectors.grafana.settings import Panels
from pipeline.errors import SourceError
from pipeline.event import Event, Notice
from pipeline.incident import Window
from pipeline.paging import value


def panels(api: Api, wanted: Panels, window: Window, pictures: Pictures | None = None) -> Iterator[Event | Notice]:
    """A link a panel; a Notice for those that the dashboard has not, or that could not be drawn."""
    raw = value("dashboard")(api.dashboard(wanted.dashboard))
    board, known = str(value("title")(raw) or wanted.dashboard), dict(_titles(raw))
    for number in wanted.panels or known:
        if number not in known:
            detail = f"Dashboard {board} has no panel {number}; its panels are {', '.join(map(str, known)) or 'none'}."
            yield Notice(kind="no panel", detail=detail, gap=True)
            continue
        body = "A link to its course over the window."
        if pictures:
            try:
                body = f"{body} Picture: {pictures.of(wanted, number, window)}."
            except SourceError as problem:
                yield Notice(kind="no picture", detail=f"Panel {number} of dashboard {board} was not drawn: {problem}")
        yield Event(
            at=window.start, kind="metric", moment="observed", source=api.settings.name,
            title=f"Panel {known[number] or number} of dashboard {board}",
            native_id=f"panel {wanted.dashboard} {number}", service=wanted.service,
            labels={"dashboard": wanted.dashboard, "panel": str(number)},
            url=api.settings.panel_link(wanted.dashboard, number, window.start, window.end, wanted.variables),
            body=body,
        )  # fmt: skip


def _titles(dashboard: Any) -> Iterator[tuple[int, str]]:
    """(id, title) of each panel, those inside rows too; rows themselves are none."""
    found = value("panels")(dashboard)
    for one in found if isinstance(found, list) else ():
        if value("type")(one) == "row":
            yield from _titles(one)
        elif isinstance(value("id")(one), int):
            yield value("id")(one), str(value("title")(one) or "")
