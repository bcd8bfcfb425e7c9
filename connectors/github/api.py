"""Asking GitHub's REST API."""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from connectors.github.settings import GithubSettings
from pipeline.event import Notice
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_link, by_offset, value
from pipeline.streams import mended_by, objects
from pipeline.times import rfc3339

PAGE = 100
CAP = 1000  # results that a search, or a list of runs by time, gives at most
_FIXES = {  # GitHub answers 404 to a token that may not see a repository
    401: "Check token: it is wrong, or has expired.",
    403: "Give the token the repository permissions that docs/connectors/github.md names.",
    404: "Check the repository's name, and that the token may see it.",
    410: "Issues or Actions are switched off in this repository.",
}


class Api:
    """One GitHub. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: GithubSettings, http: Http) -> None:
        self.base, self.settings, self.http = settings.base, settings, http
        self._session = http.session(settings)
        self._session.headers.update({"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"})

    @property
    def site(self) -> str:
        """Where people read what the API tells of."""
        return "https://github.com" if self.base == "https://api.github.com" else self.base.removesuffix("/api/v3")

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        with mended_by(_FIXES):
            return self.http.get(self._session, f"{self.base}/{path}", params)

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The records of a whole list, page by page, until the caller stops."""
        with mended_by(_FIXES):
            where, params = f"{self.base}/{path}", {"per_page": PAGE, **(params or {})}
            yield from by_link(self.http, self._session, where, params, items=objects(where))

    def between(self, path: str, window: Window, name: str, key: str, **template: str) -> Iterator[Any]:
        """All that a search over a span of time gives: in halves where it would pass CAP.

        `{span}` in a parameter's template stands for the span; `name` is the list in the answer, `key` its identity.
        """
        where, partial = f"{self.base}/{path}", []

        def ask(part: Window, offset: int) -> Any:
            span = f"{rfc3339(part.start)}..{rfc3339(part.end)}"
            params = {of: text.replace("{span}", span) for of, text in template.items()}
            answer = self.get(path, {**params, "per_page": PAGE, "page": ceil(offset / PAGE) + 1})
            if value("incomplete_results")(answer):
                partial.append(span)
            return answer

        yield from by_offset(
            ask,
            window,
            items=objects(where, name),
            key=lambda one: None if one.get(key) is None else str(one[key]),
            size=PAGE,
            cap=CAP,
            where=where,
        )
        for span in dict.fromkeys(partial):
            detail = f"GitHub gave incomplete results for {span}: its search timed out. Ask again later."
            yield Notice(kind="incomplete", detail=detail, gap=True)


def login(person: Any) -> str:
    """`login:NAME` of a user object, "" where there is none."""
    name = value("login")(person)
    return f"login:{name}" if name else ""
