"""The Sentry connector."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from connectors.sentry.api import Api
from connectors.sentry.issues import counted, new_issues
from connectors.sentry.releases import releases
from connectors.sentry.settings import SentrySettings
from pipeline.connector import Check
from pipeline.event import Event, LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.streams import asked, each


class SentryConnector:
    """New issues, counts of errors, releases and deploys of one Sentry organization."""

    kind: ClassVar[str] = "sentry"
    Settings: ClassVar[type[SentrySettings]] = SentrySettings
    needs: ClassVar[str] = "a token with the scopes org:read, event:read and project:releases"
    limits: ClassVar[tuple[str, ...]] = (
        "100 records an answer", "no time filter of releases", "a request an issue", "rate limits",
    )  # fmt: skip

    def __init__(self, settings: SentrySettings, http: Http) -> None:
        self.identity = f"sentry:{settings.base}/{settings.organization}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """Issues that are new, releases and deploys; one list that is refused is a gap."""
        lists = (("issues", self._settings.issues, new_issues), ("releases", self._settings.releases, releases))
        yield from each((name, read(self._api, window)) for name, wanted, read in lists if wanted)

    def logs(self, window: Window) -> Iterator[LogSummary | Notice | Rejected]:
        """The events of issues, counted."""
        if self._settings.issues:
            yield from counted(self._api, window)

    def check(self) -> Iterator[Check]:
        """Each list that is read, with the scope that it needs."""
        if self._settings.issues:
            query = {"query": self._settings.query, "limit": 1}
            yield asked("issues", partial(self._api.get, "issues/", query), "event:read")
        if self._settings.releases:
            yield asked("releases", partial(self._api.get, "releases/", {"per_page": 1}), "project:releases")
