"""Asking Sentry's web API: https://docs.sentry.io/api/."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors.sentry.settings import SentrySettings
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_link
from pipeline.streams import mended_by, objects

PAGE = 100  # a larger limit is lowered to this without a word
_FIXES = {
    401: "Check token: it is wrong, or has expired.",
    403: "Give the token the scopes org:read, event:read and project:releases.",
    404: "Check organization and projects, and url: that of the region (https://de.sentry.io) or your own server.",
}


class Api:
    """One organization. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: SentrySettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._base = f"{settings.base}/api/0/organizations/{quote(settings.organization)}"
        self._session = http.session(settings)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self._base}/{path}", params)

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[Any]:
        """The records of a whole list. A next page is always named; it has something where `results` says so."""
        where = f"{self._base}/{path}"
        with mended_by(_FIXES):
            yield from by_link(
                self._http, self._session, where, params, items=objects(where),
                stop=lambda link: link.get("results") == "false",
            )  # fmt: skip

    def issues(self, window: Window) -> Iterator[Any]:
        """The issues with events in the window, the most frequent first. Without a query Sentry would leave out
        those that are resolved by now."""
        projects = f"project:[{','.join(self.settings.projects)}]" if self.settings.projects else ""
        query = " ".join(filter(None, (projects, self.settings.query))) or "event.type:[error,default]"
        asked = {"query": query, "sort": "freq", "limit": PAGE, **self._span(window)}
        return self.pages("issues/", asked)

    def events(self, issue: str, window: Window) -> Iterator[Any]:
        """The events of an issue in the window, newest first."""
        return self.pages(f"issues/{quote(issue)}/events/", {"per_page": PAGE, **self._span(window)})

    def releases(self) -> Iterator[Any]:
        """Releases, newest first, until the caller stops: there is no filter by time."""
        return self.pages("releases/", {"per_page": PAGE})

    def deploys(self, version: str) -> Iterator[Any]:
        return self.pages(f"releases/{quote(version, safe='')}/deploys/", {"per_page": PAGE})

    def _span(self, window: Window) -> dict[str, Any]:
        """Whole seconds without a zone, which are read as UTC; what is too much is clipped by collect."""
        start = window.start.astimezone(UTC).replace(microsecond=0)
        end = datetime.fromtimestamp(math.ceil(window.end.timestamp()), UTC)
        span: dict[str, Any] = {
            name: at.replace(tzinfo=None).isoformat() for name, at in (("start", start), ("end", end))
        }
        return {**span, "environment": self.settings.environments} if self.settings.environments else span
