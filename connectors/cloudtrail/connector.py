"""The CloudTrail connector."""

import math
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from connectors.cloudtrail.changes import change
from connectors.cloudtrail.settings import CloudtrailSettings
from pipeline.aws import Service
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_cursor, value
from pipeline.streams import asked, objects, understood
from pipeline.times import rfc3339

KEPT, LATE = timedelta(days=90), timedelta(minutes=15)
PAGE = 50
_NEEDED = {"LookupEvents": "cloudtrail:LookupEvents"}


class CloudtrailConnector:
    """Calls that changed something in one region of an AWS account."""

    kind: ClassVar[str] = "cloudtrail"
    Settings: ClassVar[type[CloudtrailSettings]] = CloudtrailSettings
    needs: ClassVar[str] = "credentials with cloudtrail:LookupEvents"
    limits: ClassVar[tuple[str, ...]] = (
        "the last 90 days",
        "calls of the last 15 min",
        "50 calls an answer",
        "2 requests a second",
    )

    def __init__(self, settings: CloudtrailSettings, http: Http) -> None:
        self.identity = f"cloudtrail:{settings.endpoint('cloudtrail')}{settings.region}"
        self._settings, self._http = settings, http
        target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"
        self._trail = Service(settings, http, "cloudtrail", target, _NEEDED)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The calls of the window that were not only reading, newest first."""
        now = self._http.now()
        kept = now - KEPT
        if window.end > now - LATE:
            detail = "CloudTrail stores calls up to 15 min late: the last of the window may be missing. Collect again."
            yield Notice(kind="delay", detail=detail, gap=True)
        if window.start < kept:
            gone = f"what came before {rfc3339(kept.replace(microsecond=0))} is gone."
            yield Notice(kind="retention", detail=f"CloudTrail keeps calls for 90 days: {gone}", gap=True)
        for raw in self._calls(window):
            yield from understood(partial(change, self._settings), raw, f"call {value('EventId')(raw)}")

    def _calls(self, window: Window) -> Iterator[Any]:
        body = {
            "StartTime": math.floor(window.start.timestamp()), "EndTime": math.ceil(window.end.timestamp()),
            "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}], "MaxResults": PAGE,
        }  # fmt: skip

        def ask(token: Any) -> Any:
            return self._trail.call("LookupEvents", **body, **({"NextToken": token} if token else {}))

        items = objects(self._trail.where, "Events")
        yield from by_cursor(ask, items=items, cursor_of=value("NextToken"), where=self._trail.where)

    def check(self) -> Iterator[Check]:
        """Whether calls can be looked up, and how far back."""
        now = self._http.now()
        recent = Window(now - timedelta(minutes=10), now)
        found = asked("calls", lambda: next(self._calls(recent), None), _NEEDED["LookupEvents"])
        yield Check(found.name, found.ok, found.detail, found.fix, reaches=now - KEPT if found.ok else None)
