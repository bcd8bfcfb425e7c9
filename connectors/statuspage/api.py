"""Asking a status page itself, or Statuspage's API (https://developer.statuspage.io)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from connectors.statuspage.settings import StatuspageSettings
from pipeline import times
from pipeline.event import Notice
from pipeline.flags import bare_token
from pipeline.http import Http
from pipeline.paging import by_cursor, value
from pipeline.streams import mended_by, objects

PAGE = 100
SHOWN = 50  # the latest, and no more, are on the page itself
_FIXES = {
    401: "Check token: an API key of Statuspage (Manage account, API info).",
    403: "Give the key's owner access to this page.",
    404: "Check page_id and url: without page_id, url is the page itself; with it, https://api.statuspage.io.",
}


class Api:
    """One page. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: StatuspageSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)
        if settings.token:
            bare_token(self._session, f"OAuth {settings.token.get_secret_value()}")
        page = quote(settings.page_id, safe="")
        self.root = f"{settings.base.removesuffix('/v1')}/v1/pages/{page}" if page else f"{settings.base}/api/v2"

    def get(self, path: str, **params: Any) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.root}/{path}", params)

    def incidents(self, since: datetime | None = None) -> Iterator[Any]:
        """The incidents, the last first; those of the API include maintenance, and end with what began before `since`.

        On the page itself there are the last 50 only: a Notice where there were more since then.
        """
        if not self.settings.page_id:
            yield from self._shown("incidents.json", "incidents", since)
            return
        following: int | None = None

        def ask(page: int | None) -> Any:
            nonlocal following
            answer = self.get("incidents", limit=PAGE, page=page or 1)
            following = (page or 1) + 1 if isinstance(answer, list) and len(answer) >= PAGE else None
            return answer

        where = f"{self.root}/incidents"
        for one in by_cursor(ask, items=objects(where), cursor_of=lambda _: following, where=where):
            if since and not isinstance(one, Notice) and _began(one, since) < since:
                return
            yield one

    def maintenance(self, since: datetime) -> Iterator[Any]:
        """The scheduled maintenance that the page itself shows; the API has it among the incidents."""
        yield from self._shown("scheduled-maintenances.json", "scheduled_maintenances", since)

    def _shown(self, path: str, name: str, since: datetime | None) -> Iterator[Any]:
        found = objects(f"{self.root}/{path}", name)(self.get(path))
        yield from found
        oldest = min((_began(one, since) for one in found), default=None) if since else None
        if since and oldest and len(found) >= SHOWN and oldest > since:
            detail = (
                f"The page shows its last {len(found)} {name.replace('_', ' ')} only, and they begin at "
                f"{times.rfc3339(oldest)}. With page_id and token all of them can be read."
            )
            yield Notice(kind="limit", detail=detail, gap=True)


def _began(raw: Any, since: datetime) -> datetime:
    """When a record was made; a time in reach where that cannot be told."""
    try:
        return times.parse(value("created_at")(raw))
    except (ValueError, AttributeError, TypeError):
        return since
