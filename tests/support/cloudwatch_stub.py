"""A CloudWatch of the tests: alarm history and log events by token; some answers are empty with more behind them."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import servers

AT = 1795512240  # 2026-11-24T09:24:00Z


@dataclass
class Cloudwatch:
    """`lines` by log group; `refuse` maps an operation to (status, error), `throttle`: answers that refuse first."""

    history: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    most: int = 10_000
    refuse: dict[str, tuple[int, str]] = field(default_factory=dict)
    throttle: int = 0
    asked: list[tuple[str, Any]] = field(default_factory=list)
    queries: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    ends_as: str = "Complete"  # how queries of Insights end, after being asked for once

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.headers.append({name.lower(): text for name, text in handler.headers.items()})
        status, body = self.respond(str(handler.headers.get("X-Amz-Target")), json.loads(raw) if raw else {})
        packed = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    def respond(self, target: str, body: Any) -> tuple[int, Any]:
        """(status, body) of one request."""
        operation = target.rpartition(".")[2]
        self.asked.append((operation, body))
        if self.throttle:
            self.throttle -= 1
            return 400, {"__type": "com.amazonaws#ThrottlingException", "message": "Rate exceeded"}
        if operation in self.refuse:
            status, error = self.refuse[operation]
            return status, {"__type": f"com.amazonaws#{error}", "message": "no"}
        if target == "GraniteServiceVersion20100801.DescribeAlarmHistory":
            found = [one for one in self.history if body["StartDate"] <= one["Timestamp"] <= body["EndDate"]]
            found.sort(key=lambda one: int(one["Timestamp"]))
            start = int(body.get("NextToken") or 0)
            end = start + min(body["MaxRecords"], 100)
            return 200, {"AlarmHistoryItems": found[start:end], **({"NextToken": str(end)} if end < len(found) else {})}
        if target == "Logs_20140328.FilterLogEvents":
            if body["logGroupName"] not in self.lines:
                return 400, {
                    "__type": "ResourceNotFoundException",
                    "message": "The specified log group does not exist.",
                }
            return 200, self._events(body)
        if target == "Logs_20140328.StartQuery":
            if body["logGroupName"] not in self.lines:
                return 400, {"__type": "ResourceNotFoundException"}
            self.queries.append(body)
            return 200, {"queryId": f"q{len(self.queries) - 1}"}
        if target == "Logs_20140328.GetQueryResults":
            body = self.queries[int(body["queryId"][1:])]
            if not body.pop("ran", False):
                body["ran"] = True
                return 200, {"status": "Running", "results": []}
            return 200, {"status": self.ends_as, "results": self._queried(body) if self.ends_as == "Complete" else []}
        return 400, {"__type": "UnknownOperationException"}

    def _queried(self, body: Any) -> list[Any]:
        """Rows of a query: both ends are whole seconds and part of the span; the limit cuts in silence."""
        query, most = body["queryString"], min(self.most, body["limit"])
        found = [one for one in self.lines[body["logGroupName"]] if body["startTime"] * 1000 <= one["timestamp"]]
        found = [one for one in found if one["timestamp"] <= body["endTime"] * 1000]
        if query.startswith("stats"):
            counts = Counter(one["timestamp"] // 60_000 for one in found)
            return [_fields({"bin(1m)": _clock(60_000 * at), "records": str(n)}) for at, n in counts.items()][:most]
        words = re.search("like /(.*)/", query)
        fit = [one for one in found if words and re.search(words[1], one["message"])]
        rows = [
            {
                "@timestamp": _clock(one["timestamp"]),
                "@message": one["message"],
                "@logStream": "a",
                "@ptr": one["eventId"],
            }
            for one in sorted(fit, key=lambda one: one["timestamp"])
        ]
        return [_fields(one) for one in rows[:most]]

    def _events(self, body: Any) -> Any:
        """The first answer of every page is empty."""
        found = self.lines[body["logGroupName"]]
        found = [one for one in found if body.get("startTime", 0) <= one["timestamp"] <= body.get("endTime", 1 << 62)]
        start, _, empty = str(body.get("nextToken") or "0/").partition("/")
        if not empty:
            return {"events": [], "nextToken": f"{start}/x"}
        end = int(start) + min(self.most, body["limit"])
        return {"events": found[int(start) : end], **({"nextToken": f"{end}/"} if end < len(found) else {})}


def _clock(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _fields(row: dict[str, str]) -> list[dict[str, str]]:
    return [{"field": name, "value": text} for name, text in row.items()]


def went(
    state: str, at: float = AT, name: str = "checkout-errors", before: str = "OK", reason: str = "5 errors"
) -> Any:
    """A change of an alarm's state."""
    data = {"oldState": {"stateValue": before}, "newState": {"stateValue": state, "stateReason": reason}}
    return {
        "AlarmName": name, "AlarmType": "MetricAlarm", "Timestamp": at, "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {before} to {state}", "HistoryData": json.dumps(data),
    }  # fmt: skip


def line(message: str = "ERROR payment 4711 failed", at_ms: int = AT * 1000) -> Any:
    return {"logStreamName": "a", "timestamp": at_ms, "message": message, "ingestionTime": at_ms, "eventId": str(at_ms)}


@contextmanager
def running(cloudwatch: Cloudwatch | None = None) -> Iterator[Cloudwatch]:
    """The stub, served."""
    held = cloudwatch or Cloudwatch()
    with servers.serving(held.answer) as held.url:
        yield held


KEYS = {"region": "eu-central-1", "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI"}


@contextmanager
def place(_: Any) -> Iterator[dict[str, Any]]:
    """Settings of a connector to one with an alarm and a log group."""
    with running(Cloudwatch([went("ALARM")], {"/shop/checkout": [line()]})) as cloudwatch:
        yield {"url": cloudwatch.url.replace("//", "//bob:s3cret@"), "log_groups": ["/shop/checkout"], **KEYS}
