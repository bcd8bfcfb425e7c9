"""The history of alarms: what state each went to, and when.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.cloudwatch.settings import CloudwatchSettings
from pipeline import times
from pipeline.event import Event, Moment
from pipeline.paging import value


def time_of(raw: Any) -> datetime:
    """A time of AWS' JSON: Unix seconds, or ISO 8601 from some emulators."""
    return times.parse(raw) if isinstance(raw, str) else times.from_epoch(float(raw))


class Alarms:
    """State changes in order of time: one that is OK again ends the episode before it."""

    def __init__(self, settings: CloudwatchSettings) -> None:
        self._settings = settings
        self._open: dict[str, datetime] = {}

    def event(self, raw: Any) -> Iterator[Event]:
        """The event; nothing for an alarm that is not read, or that is no longer without data and well."""
        name, at = str(raw["AlarmName"]), time_of(raw["Timestamp"])
        if not self._settings.wants(name):
            return
        told = json.loads(raw["HistoryData"])
        now, before = str(told["newState"]["stateValue"]), str(value("oldState", "stateValue")(told) or "")
        reason = str(told["newState"].get("stateReason") or "")
        moment, episode = self._moment(name, at, now, before)
        if moment:
            yield Event(
                at=at, precision_s=1.0, kind="alert", moment=moment, native_id=f"alarm {name}", episode=episode,
                title=f"{name} is {now.replace('_', ' ')}{f': {reason}' if reason and now == 'ALARM' else ''}",
                service=self._settings.service(name), body=reason, labels={"alertname": name},
            )  # fmt: skip

    def _moment(self, name: str, at: datetime, now: str, before: str) -> tuple[Moment | None, datetime | None]:
        if now == "ALARM":
            return ("observed", self._open[name]) if name in self._open else ("fired", self._open.setdefault(name, at))
        if now == "OK":
            known = self._open.pop(name, None)
            return ("resolved", known) if known or before == "ALARM" else (None, None)
        return ("observed", self._open.get(name)) if name in self._open or before == "ALARM" else (None, None)
