"""The Grafana connector."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, ClassVar

from connectors.grafana import hook
from connectors.grafana.alerts import Change, Episodes, of_annotation, of_history
from connectors.grafana.annotations import annotation
from connectors.grafana.api import Api
from connectors.grafana.panels import panels
from connectors.grafana.pictures import NOT_ASKED, NOT_INSTALLED, Pictures
from connectors.grafana.settings import GrafanaSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http, HttpError
from pipeline.incident import Window
from pipeline.paging import ID
from pipeline.receiving import Received, Signature
from pipeline.streams import asked, each, understood


class GrafanaConnector:
    """Annotations, alert episodes from the state history, and links to panels, of one Grafana."""

    kind: ClassVar[str] = "grafana"
    Settings: ClassVar[type[GrafanaSettings]] = GrafanaSettings
    needs: ClassVar[str] = "a token of a service account with the role Viewer"
    limits: ClassVar[tuple[str, ...]] = (
        "annotations cut in silence", "5,000 changes of state an answer, cut in silence",
        "pictures of panels only with an image renderer",
    )  # fmt: skip
    signatures: ClassVar[tuple[Signature, ...]] = hook.SIGNATURES

    def __init__(self, settings: GrafanaSettings, http: Http) -> None:
        self.identity = f"grafana:{settings.base}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """Annotations, alert episodes, links to panels; one of these that is refused is a gap."""
        yield from each(self._streams(window))

    def received(self, payload: Any) -> Iterator[Received]:
        """What a delivery of Grafana Alerting tells."""
        return hook.received(self._settings, payload)

    def check(self) -> Iterator[Check]:
        """Each of what is read."""
        settings, now = self._settings, self._http.now()
        hour = Window(now - timedelta(hours=1), now)
        if settings.annotations:
            yield asked("annotations", lambda: next(self._api.annotations(hour), None), "annotations:read")
        if settings.alerts:
            yield self._alerts_check(hour)
        for one in settings.panels:
            yield asked(f"dashboard {one.dashboard}", partial(self._api.dashboard, one.dashboard), "dashboards:read")
        if settings.panels and settings.pictures:
            there = bool(self._drawing)
            yield Check("image renderer", there, "there" if there else "not there", "" if there else NOT_INSTALLED)

    def _alerts_check(self, hour: Window) -> Check:
        """The state history; where it cannot be asked as a whole, the annotations that it leaves."""
        wanted = self._settings.history
        if wanted != "annotations":
            found = asked("state history", lambda: next(self._api.states(hour), None), "alert.rules:read")
            if found.ok or wanted == "rules" or "HTTP 403" in found.detail:
                return found
        alerts = lambda: next(self._api.alert_annotations(hour), None)  # noqa: E731
        return asked("alerts among annotations", alerts, "annotations:read")

    def _streams(self, window: Window) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        settings = self._settings
        if settings.annotations:
            yield "annotations", self._annotations(window)
        if settings.alerts:
            from_rules = settings.history == "rules"
            yield "the state history", self._history(window) if from_rules else self._alerts(window)
        for one in settings.panels:
            yield f"dashboard {one.dashboard}", panels(self._api, one, window, self._drawing)
        if settings.panels and not self._drawing:
            told = NOT_INSTALLED if settings.pictures else NOT_ASKED
            yield "pictures", iter((Notice(kind="no pictures", detail=told),))

    @cached_property
    def _drawing(self) -> Pictures | None:
        """What draws the panels, where that is wanted and can be done."""
        drawing = Pictures(self._api, self._settings.pictures) if self._settings.pictures else None
        return drawing if drawing and drawing.can_be_made() else None

    def _annotations(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        chosen: dict[str, Any] = {"tags": self._settings.tags, "matchAny": "true"} if self._settings.tags else {}
        for raw in self._api.annotations(window, **chosen):
            yield from understood(partial(annotation, self._settings), raw, f"annotation {ID(raw)}")

    def _alerts(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """From the state history where it can be asked as a whole, else from the annotations that it leaves."""
        if self._settings.history == "auto":
            try:
                yield from self._history(window)
            except HttpError as problem:
                if problem.status in (401, 429):
                    raise
                whole = problem.status not in (403, 404)  # it wants a rule's uid where annotations are the history
                detail = f"Alerts come from annotations, since the state history could not be read: {problem}"
                yield Notice(kind="no history", detail=detail, gap=not whole)
            else:
                return
        yield from self._made(self._api.alert_annotations(window), of_annotation)

    def _history(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        yield from self._made(self._api.states(window), of_history)

    def _made(self, found: Iterator[Any], read: Callable[[Any], Change]) -> Iterator[Event | Notice | Rejected]:
        episodes = Episodes(self._settings)
        for raw in found:
            where = f"change of state {raw[0] if isinstance(raw, tuple) else ID(raw)}"
            yield from understood(lambda raw: episodes.told(read(raw)), raw, where)
