"""Asking the API of Jira Service Management Operations, which Opsgenie's became.

https://developer.atlassian.com/cloud/jira/service-desk-ops/rest/v2/api-group-alerts/
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.jsm.settings import JsmSettings
from pipeline import times
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import ID, by_cursor, by_offset, value
from pipeline.streams import mended_by, objects

PAGE = 100
CAP = 20_000  # offset + size
_FIXES = {
    401: "Check username and password (an API token), or token; it needs read:ops-alert:jira-service-management.",
    403: "Give the account access to operations in Jira Service Management, and to the teams' alerts.",
    404: "Check cloud_id: https://SITE.atlassian.net/_edge/tenant_info tells it.",
}


class Api:
    """One site. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: JsmSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)
        self.root = f"{settings.base}/jsm/ops/api/{quote(settings.cloud_id, safe='')}/v1"

    def get(self, path: str, **params: Any) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.root}/{path}", params)

    def alerts(self, window: Window) -> Iterator[Any]:
        """The alerts that were created in the window, each once, the last first."""
        where = f"{self.root}/alerts"

        def ask(part: Window, offset: int) -> Any:
            span = f"createdAt >= {_ms(part.start)} AND createdAt <= {_ms(part.end)}"
            query = f"({self.settings.query}) AND {span}" if self.settings.query else span
            return self.get("alerts", query=query, size=PAGE, offset=offset, sort="createdAt", order="desc")

        def more(answer: Any) -> bool:
            """The last come first: nothing follows of the window, should the query not be kept to."""
            last = (value("values")(answer) or [None])[-1]
            return bool(value("links", "next")(answer)) and not _before(value("createdAt")(last), window.start)

        return by_offset(
            ask, window, items=objects(where, "values"), size=PAGE, cap=CAP, more=more, key=_id, where=where
        )

    def alert(self, identity: str) -> Any:
        return self.get(f"alerts/{quote(identity, safe='')}")

    def named(self, **wanted: str) -> list[Any]:
        """The latest alerts of which a field is exactly this: the search also gives those that are like it."""
        ((name, word),) = wanted.items()
        plain = word.replace('"', "")
        asked = self.get("alerts", query=f'{name}:"{plain}"', size=PAGE, sort="createdAt", order="desc")
        return [one for one in objects(f"{self.root}/alerts", "values")(asked) if str(one.get(name)) == word]

    def timeline(self, alert: str, name: str) -> Iterator[Any]:
        """The `logs` or `notes` of an alert: what `links.next` names is asked for next, until there is none."""
        path = f"alerts/{quote(alert, safe='')}/{name}"
        where = f"{self.root}/{path}"

        def ask(following: str | None) -> Any:
            asking = {"size": str(PAGE), "order": "asc", **dict(parse_qsl(urlsplit(following or "").query))}
            return self.get(path, **asking)

        def following(answer: Any) -> str | None:
            found = value("links", "next")(answer)
            return found if isinstance(found, str) and value("values")(answer) else None

        return by_cursor(ask, items=objects(where, "values"), cursor_of=following, where=where)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _id(record: Any) -> str | None:
    found = ID(record)
    return str(found) if found else None


def _before(created: Any, start: datetime) -> bool:
    try:
        return times.parse(created) < start
    except (ValueError, AttributeError, TypeError):
        return False
