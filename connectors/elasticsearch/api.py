"""Searching one point in time of Elasticsearch or OpenSearch, which spell it differently.

https://www.elastic.co/docs/reference/elasticsearch/rest-apis/paginate-search-results
https://docs.opensearch.org/latest/search-plugins/searching-data/point-in-time/
"""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.elasticsearch.settings import ElasticsearchSettings
from pipeline import times
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.flags import bare_token
from pipeline.http import Http
from pipeline.paging import by_cursor, value
from pipeline.streams import mended_by, objects

PAGE = 1_000
KEEP = "2m"  # how long the server keeps a point in time after it was last used
_FIXES = {
    400: "Check index, query and the names of fields; service_field and level_field are to be keywords (app.keyword).",
    401: "Check api_key, or username and password.",
    403: "Give this account the right `read` for the indices, and `monitor` for the cluster or set product.",
    404: "Check index, and that url is the cluster itself.",
}


class Api:
    """One cluster. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: ElasticsearchSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)
        if settings.api_key:
            bare_token(self._session, f"ApiKey {settings.api_key.get_secret_value()}")

    def is_opensearch(self) -> bool:
        """Whether the cluster is an OpenSearch: as configured, else as it says itself."""
        if self.settings.product:
            return self.settings.product == "opensearch"
        with mended_by(_FIXES):
            found = value("version")(self._http.get(self._session, f"{self.settings.base}/"))
        if not value("number")(found):
            fix = "Check that url is the cluster itself."
            raise SourceError("the answer names no version.", where=self.settings.base, fix=fix)
        return bool(value("distribution")(found) == "opensearch")

    @contextlib.contextmanager
    def point(self) -> Iterator["Point"]:
        """A point in time of the indices, closed at the end."""
        base, index, other = self.settings.base, self.settings.index, self.is_opensearch()
        path, key = ("_search/point_in_time", "pit_id") if other else ("_pit", "id")
        opened = self.post(f"{index}/{path}", {}, keep_alive=KEEP)
        name = value(key)(opened)
        if not isinstance(name, str):
            raise SourceError("no point in time was opened.", where=f"{base}/{index}/{path}", fix="Check product.")
        point = Point(self, name, self.settings.tiebreak_field or ("_id" if other else "_shard_doc"))
        try:
            yield point
        finally:
            with contextlib.suppress(SourceError):  # it ends by itself after KEEP
                body = {key: [point.name] if other else point.name}
                self._session.delete(f"{base}/{path}", json=body, verify=self._session.verify, cert=self._session.cert)

    def post(self, path: str, body: Any, **params: Any) -> Any:
        with mended_by(_FIXES):
            return self._http.post(self._session, f"{self.settings.base}/{path}", body, params)


class Point:
    """One point in time: every search sees the same records. `partial`: what the answers lacked."""

    def __init__(self, api: Api, name: str, tiebreak: str) -> None:
        self.name, self._api, self._tiebreak = name, api, tiebreak
        self.partial: dict[str, None] = {}
        self._where = f"{api.settings.base}/_search"

    def search(self, query: Any, **body: Any) -> Any:
        """The answer to one search; what it lacked is noted."""
        at = {"id": self.name, "keep_alive": KEEP}
        answer = self._api.post("_search", {"query": query, "pit": at, **body})
        self.name = str(value("pit_id")(answer) or self.name)
        self._note(answer)
        return answer

    def buckets(self, query: Any, sources: list[Any]) -> Iterator[Any]:
        """Every bucket of a composite aggregation, page by page: unlike terms, it leaves none out."""

        def ask(after: Any) -> Any:
            paged = {"size": PAGE, "sources": sources, **({"after": after} if after else {})}
            counts = {"counts": {"composite": paged}}
            return self.search(query, size=0, track_total_hits=False, aggs=counts)

        items = objects(self._where, "aggregations", "counts", "buckets")
        after_key = value("aggregations", "counts", "after_key")
        yield from by_cursor(ask, items=items, cursor_of=after_key, where=self._where)

    def first(self, query: Any) -> datetime | None:
        """The time of the earliest record, to the millisecond; None where there is none."""
        least = {"first": {"min": {"field": self._api.settings.time_field}}}
        found = value("aggregations", "first", "value")(self.search(query, size=0, track_total_hits=False, aggs=least))
        try:
            return times.from_epoch(found / 1000)
        except (TypeError, ValueError, OverflowError):
            return None

    def hits(self, query: Any, fields: list[str], total: list[int]) -> Iterator[Any]:
        """Every record, oldest first; their number is put into `total` with the first page."""
        time = self._api.settings.time_field
        body = {
            "size": PAGE, "_source": fields, "sort": [{time: "asc"}, {self._tiebreak: "asc"}],
            "docvalue_fields": [{"field": time, "format": "strict_date_optional_time_nanos"}],
        }  # fmt: skip
        items = objects(self._where, "hits", "hits")

        def ask(after: Any) -> Any:
            answer = self.search(
                query, **body, track_total_hits=not after, **({"search_after": after} if after else {})
            )
            known = value("hits", "total", "value")(answer)
            total.append(total[0] if total else known if isinstance(known, int) else 0)
            return answer

        def last(answer: Any) -> Any:
            page = items(answer)
            return page[-1].get("sort") if len(page) >= PAGE else None

        yield from by_cursor(ask, items=items, cursor_of=last, where=self._where)

    def _note(self, answer: Any) -> None:
        if value("timed_out")(answer):
            self.partial["a search timed out on some shards"] = None
        failed = value("_shards", "failed")(answer)
        if failed:
            failures = value("_shards", "failures")(answer)
            first = failures[0] if isinstance(failures, list) and failures else None
            why = value("reason", "reason")(first)
            self.partial[
                f"{failed} of {value('_shards', 'total')(answer)} shards failed{f': {why}' if why else ''}"
            ] = None
        if value("_shards", "total")(answer) == 0:
            self.partial[f"no index fits {self._api.settings.index!r}"] = None

    def gaps(self) -> Iterator[Notice]:
        """What the answers lacked."""
        for one in self.partial:
            yield Notice(kind="partial", detail=f"The search gave only a part: {one}.", gap=True)
