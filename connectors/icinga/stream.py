"""The event stream, as somebody recorded it: `curl … -X POST …/v1/events` gives a JSON object a line.

https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/#event-streams
"""

import glob
import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from connectors.icinga.events import BY_HAND, HARD, Told, name_of, state_of, time_of
from connectors.icinga.settings import IcingaSettings
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.streams import understood

_READ = (
    "StateChange", "AcknowledgementSet", "DowntimeTriggered", "DowntimeRemoved", "CommentAdded",
)  # fmt: skip


class Stream:
    """The recorded events, in order of time: what a change means depends on the state before it."""

    def __init__(self, settings: IcingaSettings, told: Told) -> None:
        self._settings, self._told = settings, told
        self._open: dict[str, datetime] = {}
        self._state: dict[str, int] = {}
        self.names: set[str] = set()  # of the objects whose state it tells

    def events(self) -> Iterator[Event | Notice | Rejected]:
        """Everything that was recorded; lines that are no events are rejected."""
        found: list[tuple[float, str, Any]] = []
        for where, line in self._lines():
            for one in understood(_read, line, where):
                if isinstance(one, dict):
                    found.append((float(one["timestamp"]), where, one))
                else:
                    yield one
        for _, where, raw in sorted(found, key=lambda one: one[0]):
            yield from understood(partial(self._event), raw, where)

    def _lines(self) -> Iterator[tuple[str, str]]:
        for pattern in self._settings.stream:
            paths = sorted(glob.glob(str(pattern)))  # noqa: PTH207
            if not paths:
                raise SourceError("there is no such file.", where=str(pattern), fix="Check stream.")
            for path in paths:
                try:
                    with Path(path).open(encoding="utf-8", errors="replace") as lines:
                        yield from ((f"{path}:{number}", line) for number, line in enumerate(lines, 1) if line.strip())
                except OSError as problem:
                    fix = "Check stream, and that this account may read it."
                    raise SourceError(f"{problem.strerror}.", where=path, fix=fix) from None

    def _event(self, raw: Any) -> Iterator[Event]:
        at, kind, told = time_of(raw["timestamp"]), raw["type"], self._told
        if not at:
            raise ValueError("has no time")
        if kind == "StateChange":
            yield from self._change(raw, at)
        elif kind == "AcknowledgementSet":
            name = name_of(raw["host"], raw.get("service"))
            author, comment = str(raw.get("author") or ""), str(raw.get("comment") or "")
            yield told.acknowledged(name, at, self._open.get(name), author, comment)
        elif kind == "CommentAdded":
            if int(raw["comment"]["entry_type"]) == BY_HAND:
                yield told.said(raw["comment"], at)
        else:
            yield told.downtime(raw["downtime"], at, "began" if kind == "DowntimeTriggered" else "ended")

    def _change(self, raw: Any, at: datetime) -> Iterator[Event]:
        """A change of a hard state; soft ones are retries, and may come to nothing."""
        result, name = raw.get("check_result") or {}, name_of(raw["host"], raw.get("service"))
        self.names.add(name)
        if int(raw["state_type"]) != HARD:
            return
        at, now = time_of(result.get("execution_end")) or at, int(raw["state"])
        before, state = self._state.get(name), state_of(name, now)
        self._state[name] = now
        if not now:
            if before != 0:
                yield self._told.resolved(name, at, state, self._open.pop(name, None))
        elif name not in self._open:
            self._open[name] = at
            yield self._told.fired(name, at, state, str(result.get("output") or ""))
        elif now != before:
            yield self._told.worse(name, at, state, self._open[name])


def _read(line: str) -> Iterator[Any]:
    raw = json.loads(line)
    float(raw["timestamp"])
    if raw["type"] in _READ:
        yield raw
