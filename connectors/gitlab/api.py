"""Asking GitLab's REST API."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from connectors.gitlab.settings import GitlabSettings
from pipeline.http import Http
from pipeline.paging import by_link
from pipeline.streams import mended_by, objects

PAGE = 100
_FIXES = {
    401: "Check token: it is wrong, expired or revoked.",
    403: "Give the token the scope read_api, and its account the role Reporter in this project.",
    404: "Check the project's path, and that the token may see it.",
}


class Api:
    """One GitLab. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: GitlabSettings, http: Http) -> None:
        self.settings, self.http = settings, http
        self._root = f"{settings.base.removesuffix('/api/v4')}/api/v4"
        self._session = http.session(settings)

    def get(self, path: str) -> Any:
        with mended_by(_FIXES):
            return self.http.get(self._session, f"{self._root}/{path}")

    def pages(self, path: str, params: Mapping[str, Any]) -> Iterator[Any]:
        """The records of a whole list, page by page."""
        where = f"{self._root}/{path}"
        with mended_by(_FIXES):
            yield from by_link(self.http, self._session, where, {"per_page": PAGE, **params}, items=objects(where))


def project(path: str) -> str:
    """The part of an address that names a project."""
    return f"projects/{quote(path, safe='')}"
