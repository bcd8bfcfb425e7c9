"""Asking Datadog: https://docs.datadoghq.com/api/latest/."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.datadog.settings import DatadogSettings
from pipeline.event import Notice
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_cursor, value
from pipeline.streams import mended_by, objects

PAGE = 1000  # the most that an answer holds
_FIXES = {
    401: "Check api_key and app_key, and that url is the API of your site.",
    403: "Give the application key the permissions events_read, and logs_read_data where logs are read.",
}
_AFTER = value("meta", "page", "after")


class Api:
    """One account. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: DatadogSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self.partial: dict[str, None] = {}  # what the answers lacked
        self._session = http.session(settings)
        for name, key in (("DD-API-KEY", settings.api_key), ("DD-APPLICATION-KEY", settings.app_key)):
            if key:
                self._session.headers[name] = key.get_secret_value()

    def events(self, window: Window) -> Iterator[Any]:
        """The events of the window, oldest first."""
        where = f"{self.settings.base}/api/v2/events"
        params = {"sort": "timestamp", "page[limit]": PAGE, **self._span(window)}

        def ask(cursor: Any) -> Any:
            return self._noted(self._get(where, {**params, **({"page[cursor]": cursor} if cursor else {})}))

        yield from by_cursor(ask, items=objects(where, "data"), cursor_of=_AFTER, where=where)

    def one_event(self, window: Window) -> Any:
        return self._get(f"{self.settings.base}/api/v2/events", {"page[limit]": 1, **self._span(window)})

    def counts(self, window: Window) -> Iterator[Any]:
        """A bucket for each service and status, with a count for each minute that has some."""
        # 10,000 buckets at most: the product of both limits, which are 10 by default
        grouped = [{"facet": "service", "limit": 1000, "missing": ""}, {"facet": "status", "limit": 10, "missing": ""}]
        count = {"aggregation": "count", "type": "timeseries", "interval": "1m"}
        body = {"compute": [count], "group_by": grouped, "filter": self._filter(window)}
        yield from self._search("api/v2/logs/analytics/aggregate", body, ("data", "buckets"), {})

    def lines(self, window: Window, statuses: list[str]) -> Iterator[Any]:
        """The log lines with one of these statuses, oldest first."""
        wanted = " OR ".join(f'"{one}"' for one in statuses)
        body = {"filter": self._filter(window, f"status:({wanted})"), "sort": "timestamp"}
        yield from self._search("api/v2/logs/events/search", body, ("data",), {"limit": PAGE})

    def first_line(self, window: Window) -> Any:
        """The earliest log line of the window, None where there is none."""
        where, body = f"{self.settings.base}/api/v2/logs/events/search", {"filter": self._filter(window)}
        with mended_by(_FIXES):
            answer = self._http.post(self._session, where, {**body, "sort": "timestamp", "page": {"limit": 1}})
        return next(iter(objects(where, "data")(answer)), None)

    def _search(self, path: str, body: Any, items: tuple[str, ...], page: Mapping[str, Any]) -> Iterator[Any]:
        where = f"{self.settings.base}/{path}"

        def ask(cursor: Any) -> Any:
            paged = {**page, **({"cursor": cursor} if cursor else {})}
            with mended_by(_FIXES):
                return self._noted(
                    self._http.post(self._session, where, {**body, **({"page": paged} if paged else {})})
                )

        yield from by_cursor(ask, items=objects(where, *items), cursor_of=_AFTER, where=where)

    def _get(self, where: str, params: Mapping[str, Any]) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, where, params)

    def _span(self, window: Window) -> dict[str, Any]:
        query = {"filter[query]": self.settings.events_query} if self.settings.events_query else {}
        return {"filter[from]": _ms(window)[0], "filter[to]": _ms(window)[1], **query}

    def _filter(self, window: Window, more: str = "") -> Any:
        start, end = _ms(window)
        return {"query": f"{self.settings.logs_query} {more}".strip(), "from": start, "to": end}

    def _noted(self, answer: Any) -> Any:
        """The answer; what it lacked is kept for `gaps`."""
        if value("meta", "status")(answer) == "timeout":
            self.partial["the search timed out"] = None
        warnings = value("meta", "warnings")(answer)
        for one in warnings if isinstance(warnings, list) else ():
            self.partial[str(value("detail")(one) or value("title")(one) or one)] = None
        return answer

    def gaps(self) -> Iterator[Notice]:
        """What the answers lacked, each thing once."""
        for one in self.partial:
            yield Notice(kind="partial", detail=f"Datadog gave only a part: {one}.", gap=True)
        self.partial = {}


def _ms(window: Window) -> tuple[str, str]:
    """Milliseconds, as the API takes them; what is too much is clipped by collect."""
    return str(math.floor(window.start.timestamp() * 1000)), str(math.ceil(window.end.timestamp() * 1000))
