"""The Loki connector."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

from connectors.loki.api import Api, Line
from connectors.loki.settings import LokiSettings
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import LogSummary, Notice
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.lines import Tally
from pipeline.streams import asked
from pipeline.times import rfc3339

MONTH = timedelta(days=30)  # the longest query that Loki allows, unless it is configured otherwise


class LokiConnector:
    """Counts of log lines by service and level, and the templates of errors, from one Loki."""

    kind: ClassVar[str] = "loki"
    Settings: ClassVar[type[LokiSettings]] = LokiSettings
    needs: ClassVar[str] = "read access to the HTTP API, and the tenant's name where Loki has tenants"
    limits: ClassVar[tuple[str, ...]] = (
        "5,000 lines an answer, cut in silence", "30 days a query", "11,000 points a series", "partial answers",
    )  # fmt: skip

    def __init__(self, settings: LokiSettings, http: Http) -> None:
        tenant = f":{settings.tenant}" if settings.tenant else ""
        self.identity = f"loki:{settings.base}{tenant}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)

    def logs(self, window: Window) -> Iterator[LogSummary | Notice]:
        """Errors and warnings by template, the rest by service: counted by Loki, minute by minute."""
        tally = Tally(window)
        levelled = self._counted(tally, window)
        if levelled or self._settings.error_filter:
            yield from self._fetched(tally, window)
        elif tally.total([""]):
            detail = (
                f"No line has the label {self._settings.level_label!r}: lines are counted, and errors cannot be told."
            )
            yield Notice(kind="no-level", detail=f"{detail} Set level_label or error_filter.", gap=True)
        yield from tally.summaries()
        for warning in self._api.warnings:
            yield Notice(kind="partial", detail=f"Loki says of its answer: {warning}", gap=True)

    def _counted(self, tally: Tally, window: Window) -> bool:
        """Fills the tally with what Loki counts; whether any line has a level."""
        settings, levelled = self._settings, False
        for labels, minute, count in self._api.counts(window, (settings.service_label, settings.level_label)):
            level = labels.get(settings.level_label, "")
            tally.counted(minute, count, self._service(labels), level)
            levelled = levelled or bool(level)
        return levelled

    def _fetched(self, tally: Tally, window: Window) -> Iterator[Notice]:
        """Fills the tally with the lines that are fetched."""
        try:
            for one in self._api.lines(window):
                if isinstance(one, Notice):
                    yield one
                    continue
                if tally.read >= self._settings.max_lines:
                    yield self._more(one, tally)
                    return
                labels = dict(one.labels)
                tally.line(one.at, one.text, self._service(labels), labels.get(self._settings.level_label, ""))
        except SourceError as problem:
            yield Notice(kind="failed", detail=f"Lines could not be fetched, only counted: {problem}", gap=True)

    def _more(self, one: Line, tally: Tally) -> Notice:
        of = tally.total(self._settings.levels)
        detail = (
            f"{tally.read:,} lines were fetched{f' of {of:,}' if of else ''}, up to {rfc3339(one.at)}; later ones are "
            "only counted. Narrow query or levels, or raise max_lines."
        )
        return Notice(kind="limit", detail=detail, gap=True)

    def _service(self, labels: Mapping[str, str]) -> str:
        return labels.get(self._settings.service_label) or self._settings.service

    def check(self) -> Iterator[Check]:
        """Reachability and credentials, and what the query finds in the last ten minutes."""
        reached = asked("labels", self._api.labels)
        yield reached
        if not reached.ok:
            return
        now = self._http.now()
        recent = Window(now - timedelta(minutes=10), now)
        tally = Tally(recent)
        try:
            levelled = self._counted(tally, recent)
        except SourceError as problem:
            yield Check("query", False, problem.what, problem.fix)
            return
        count = sum(one.count for one in tally.summaries())
        bare = count and not levelled and not self._settings.error_filter
        fix = "Set level_label, or error_filter." if bare else ""
        told = f"{count:,} lines in the last 10 min" + (", none with a level" if bare else "")
        yield Check("query", not bare, told, fix)
        with contextlib.suppress(SourceError):  # where queries may not be that long it cannot be told
            first = self._api.first(Window(now - MONTH, now))
            if first and first > now - MONTH + timedelta(days=1):  # else there may be more before it
                yield Check("retention", True, f"lines reach back to {rfc3339(first)}", reaches=first)
