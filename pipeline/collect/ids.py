"""Evidence ids: the same record has the same id in every run, whatever the source is called in the configuration."""

import json
from collections import Counter
from dataclasses import replace

from pipeline.event import Event, LogSummary, Series, evidence_id
from pipeline.snapshot import encode
from pipeline.times import rfc3339


class Ids:
    """For the records of one source, in the order that it gave them. `identity` is the place they come from."""

    def __init__(self, identity: str, name: str) -> None:
        self._identity, self._name = identity, name
        self._seen: Counter[str] = Counter()
        self._native: dict[tuple[str, str, str], dict[str, int]] = {}

    def event(self, event: Event) -> Event:
        """The event with its id: by native id, else by its own words and how often they came before."""
        episode = rfc3339(event.episode) if event.episode else ""
        if event.native_id:
            native = self._told_apart(event, episode)
        else:
            native = self._numbered(json.dumps(encode(event), ensure_ascii=False, sort_keys=True))
        found = evidence_id(self._identity, native, episode, event.moment)
        return replace(event, connector=self._name, source=event.source or self._name, id=found)

    def _told_apart(self, event: Event, episode: str) -> str:
        """The native id, numbered from the second record on that has it and is another one (two files that count from
        1, an alert that fires again under its old id). The same record again is a duplicate and keeps the id."""
        records = self._native.setdefault((event.native_id, episode, event.moment), {})
        number = records.setdefault(repr(event), len(records) + 1)
        return event.native_id if number == 1 else f"{event.native_id}\x1e{number}"

    def log(self, summary: LogSummary) -> LogSummary:
        """The summary with its id: by service, template and level."""
        native = self._numbered(f"{summary.service}\x1e{summary.template}\x1e{summary.level}")
        found = evidence_id(self._identity, native, "", "log")
        return replace(summary, connector=self._name, source=summary.source or self._name, id=found)

    def series(self, series: Series) -> Series:
        """The series with its id: by query, name and service."""
        native = self._numbered(f"{series.query}\x1e{series.name}\x1e{series.service}")
        return replace(series, connector=self._name, id=evidence_id(self._identity, native, "", "series"))

    def _numbered(self, text: str) -> str:
        """The text and its occurrence number, which keeps ids apart where the text alone does not."""
        self._seen[text] += 1
        return f"{text}\x1e{self._seen[text]}"
