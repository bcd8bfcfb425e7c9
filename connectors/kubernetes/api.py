"""Asking the API server: lists in pieces."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from connectors.kubernetes.access import Access
from connectors.kubernetes.settings import KubernetesSettings
from pipeline.event import Notice
from pipeline.http import Http, HttpError
from pipeline.paging import by_cursor, value
from pipeline.streams import mended_by, objects

PIECE = 500
TRIES = 3
_FIXES = {
    401: "Check the credentials: a token that has expired is refused like a wrong one.",
    403: "Allow it to list events, replicasets and deployments: docs/connectors/kubernetes.md has the role.",
}


class Api:
    """One cluster. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: KubernetesSettings, http: Http) -> None:
        self.settings, self.http = settings, http
        self._access = Access(settings, http.remaining)

    @cached_property
    def reached(self) -> Any:
        """(base address, session)"""
        found = self._access.settings()
        return found.base, self.http.session(found)

    def get(self, path: str, **params: Any) -> Any:
        base, session = self.reached
        with mended_by(_FIXES):
            return self.http.get(session, f"{base}/{path}", params)

    def paths(self, group: str, resource: str) -> list[str]:
        """Where the resource is listed: in each namespace, or in the whole cluster."""
        spaces = self.settings.namespaces
        return [f"{group}/namespaces/{one}/{resource}" for one in spaces] if spaces else [f"{group}/{resource}"]

    def all(self, path: str) -> Iterator[Any]:
        """Every object of a list, once. A `continue` that expired (410) makes the list begin anew
        (https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks)."""
        seen: set[str] = set()
        where = f"{self.reached[0]}/{path}"
        for _ in range(TRIES):
            try:
                pieces = by_cursor(
                    self._ask(path), items=objects(where, "items"), cursor_of=value("metadata", "continue"), where=where
                )
                for one in pieces:
                    name = value("metadata", "uid")(one)
                    if name is None or str(name) not in seen:
                        seen |= {str(name)} if name else set()
                        yield one
                return
            except HttpError as problem:
                if problem.status != 410:
                    raise
        detail = f"{path} changed faster than it could be listed: its end is not seen. Name fewer namespaces."
        yield Notice(kind="paging", detail=detail, gap=True)

    def _ask(self, path: str) -> Callable[[Any], Any]:
        return lambda token: self.get(path, limit=PIECE, **({"continue": token} if token else {}))
