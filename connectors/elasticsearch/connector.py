"""The Elasticsearch connector."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from connectors.elasticsearch.api import Api, Point
from connectors.elasticsearch.settings import ElasticsearchSettings
from pipeline import times
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import LogSummary, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.lines import Tally, levels
from pipeline.streams import understood

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class ElasticsearchConnector:
    """Counts of log records by service and level, and the templates of errors; also from OpenSearch."""

    kind: ClassVar[str] = "elasticsearch"
    Settings: ClassVar[type[ElasticsearchSettings]] = ElasticsearchSettings
    needs: ClassVar[str] = "the right to read the indices"
    limits: ClassVar[tuple[str, ...]] = (
        "10,000 hits a search", "65,536 buckets an answer", "shards that failed or timed out",
    )  # fmt: skip

    def __init__(self, settings: ElasticsearchSettings, http: Http) -> None:
        self.identity = f"elasticsearch:{settings.base}/{settings.index}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def logs(self, window: Window) -> Iterator[LogSummary | Notice | Rejected]:
        """Errors and warnings by template, the rest by service: counted by the cluster, minute by minute."""
        tally = Tally(window)
        with self._api.point() as point:
            found = _Levels()
            yield from self._counted(point, tally, window, found)
            if found.wanted(self._settings.levels):
                yield from self._fetched(point, tally, window, found.wanted(self._settings.levels))
            elif found.none:
                detail = f"No record has the field {self._settings.level_field!r}: records are counted, errors unknown."
                yield Notice(kind="no-level", detail=f"{detail} Set level_field.", gap=True)
            yield from tally.summaries()
            yield from point.gaps()

    def _counted(self, point: Point, tally: Tally, window: Window, found: "_Levels") -> Iterator[Notice | Rejected]:
        """Fills the tally with what the cluster counts, and `found` with the levels that there are."""
        settings = self._settings
        sources: list[Any] = [
            {"minute": {"date_histogram": {"field": settings.time_field, "fixed_interval": "1m"}}},
            {"service": {"terms": {"field": settings.service_field, "missing_bucket": True}}},
            {"level": {"terms": {"field": settings.level_field, "missing_bucket": True}}},
        ]

        def count(bucket: Any) -> Iterator[Notice]:
            key, number = bucket["key"], int(bucket["doc_count"])
            level = "" if key.get("level") is None else str(key["level"])
            tally.counted(int(key["minute"]) // 60_000, number, str(key.get("service") or settings.service), level)
            found.add(key.get("level"), number)
            yield from ()

        for bucket in point.buckets(self._query(window), sources):
            yield from understood(count, bucket, "a bucket")

    def _fetched(
        self, point: Point, tally: Tally, window: Window, wanted: list[Any]
    ) -> Iterator[LogSummary | Notice | Rejected]:
        """Fills the tally with the records of these levels."""
        settings, total = self._settings, list[int]()
        query = self._query(window, {"terms": {settings.level_field: wanted}})
        names = [settings.message_field, settings.stack_field, settings.service_field, settings.level_field]
        fields = [name.removesuffix(".keyword") for name in names]
        try:
            for hit in point.hits(query, fields, total):
                if tally.read >= settings.max_lines:
                    yield self._more(total[0])
                    return
                yield from understood(lambda hit: self._take(tally, hit), hit, "a record")
        except SourceError as problem:
            yield Notice(kind="failed", detail=f"Records could not be fetched, only counted: {problem}", gap=True)

    def _take(self, tally: Tally, hit: Any) -> Iterator[Notice]:
        settings, source = self._settings, hit["_source"]
        at = times.parse(str(hit["fields"][settings.time_field][0]))
        said = [_dug(source, settings.message_field), _dug(source, settings.stack_field)]
        level = _dug(source, settings.level_field.removesuffix(".keyword"))
        service = _dug(source, settings.service_field.removesuffix(".keyword")) or settings.service
        tally.line(at, "\n".join(filter(None, said)), service, level, f"{hit.get('_index')}/{hit.get('_id')}")
        yield from ()

    def _more(self, total: int) -> Notice:
        detail = (
            f"{self._settings.max_lines:,} of {total:,} records were fetched, the earliest; the others are only "
            "counted. Narrow query or levels, or raise max_lines."
        )
        return Notice(kind="limit", detail=detail, gap=True)

    def _query(self, window: Window, *more: Any) -> Any:
        """The window and what narrows it, all of it filters: nothing is scored."""
        span = {
            "gte": times.rfc3339(window.start),
            "lt": times.rfc3339(window.end),
            "format": "strict_date_optional_time",
        }
        narrow = [{"query_string": {"query": self._settings.query}}] if self._settings.query else []
        return {"bool": {"filter": [{"range": {self._settings.time_field: span}}, *narrow, *more]}}

    def check(self) -> Iterator[Check]:
        """Reachability, credentials, indices and fields: what the last ten minutes hold."""
        now = self._http.now()
        tally, found = Tally(recent := Window(now - timedelta(minutes=10), now)), _Levels()
        try:
            with self._api.point() as point:
                broken = list(self._counted(point, tally, recent, found)) + list(point.gaps())
                first = point.first(self._query(Window(_EVER, now)))
        except SourceError as problem:
            yield Check("search", False, problem.what, problem.fix)
            return
        told = f"{sum(one.count for one in tally.summaries()):,} records in the last 10 min"
        if found.none:
            yield Check("search", False, f"{told}, none with a level", "Set level_field.")
        elif broken:
            yield Check("search", False, f"{told}: {broken[0]}", "Look at the cluster's health.")
        else:
            yield Check("search", True, told)
        if first:
            yield Check("retention", True, f"records reach back to {times.rfc3339(first)}", reaches=first)


class _Levels:
    """The values that the level field has, as the cluster gave them."""

    def __init__(self) -> None:
        self._values: dict[Any, int] = {}

    def add(self, raw: Any, count: int) -> None:
        self._values[raw] = self._values.get(raw, 0) + count

    def wanted(self, among: tuple[str, ...]) -> list[Any]:
        """Those that name one of these levels, however they are spelled."""
        return sorted((raw for raw in self._values if levels.normal(raw) in among), key=str)

    @property
    def none(self) -> bool:
        """Whether there are records, and none has a level."""
        return bool(self._values) and not any(levels.normal(raw) for raw in self._values)


def _dug(source: Mapping[str, Any], path: str) -> str:
    """The text at `log.level`: of nested objects, or of a key with dots in it."""
    if path in source:
        found = source[path]
        found = found[0] if isinstance(found, list) and found else found
        return "" if found is None else str(found)
    head, _, rest = path.partition(".")
    inner = source.get(head)
    return _dug(inner, rest) if rest and isinstance(inner, dict) else ""
