"""What every connector that speaks HTTP keeps to, whatever its server does: subclass, and say how the server answers.

    class TestTicker(ConnectorContract):
        connector = TickerConnector
        page_size = 50

        def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
            page = int(asked.params.get("page", 1))
            return {"ticks": [{"id": str(number), "at": at.isoformat()} ...]}

`answer` plays the server honestly, with the vendor's paging, limits and truncation. The tests vary how many records
there are, and put faults before it.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
import servers

from pipeline.errors import SourceError
from pipeline.event import Event, LogSummary, Notice, Series
from pipeline.http import Http
from pipeline.incident import Window

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(hours=3), NOW - timedelta(hours=1))
MOST = 500  # requests: a connector that makes more for these few records goes round in circles


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the server sees it."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One response; a `body` that is no bytes is sent as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Server:
    """The source under test: what it has, what it was asked, and what goes wrong first."""

    def __init__(self, play: Callable[[Asked, Sequence[datetime]], Any]) -> None:
        self.play, self.url = play, ""
        self.records: Sequence[datetime] = times(3)
        self.asked: list[Asked] = []
        self.first: list[Answer] = []  # one for each request, before anything else
        self.always: Answer | None = None
        self.frozen = False  # every request of one path gets the answer to the first of it
        self._given: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            given = self._chosen(asked(handler))
        body = given.body if isinstance(given.body, bytes) else json.dumps(given.body).encode()
        handler.send_response_only(given.status)
        usual = {"Date": format_datetime(NOW, usegmt=True), "Content-Type": "application/json"}
        for name, text in {**usual, "Content-Length": str(len(body)), **given.headers}.items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(body)

    def _chosen(self, request: Asked) -> Answer:
        self.asked.append(request)
        if self.first:
            return self.first.pop(0)
        if self.always or len(self.asked) > MOST:
            return self.always or Answer(b"too many requests", 400)
        made = self.play(request, self.records)
        made = made if isinstance(made, Answer) else Answer(made)
        return self._given.setdefault(request.path, made) if self.frozen else made


def asked(handler: BaseHTTPRequestHandler) -> Asked:
    parts = urlsplit(handler.path)
    raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    with contextlib.suppress(ValueError):
        raw = json.loads(raw)
    return Asked(handler.command, parts.path, dict(parse_qsl(parts.query)), dict(handler.headers), raw or None)


def times(count: int) -> list[datetime]:
    """`count` whole seconds in order, spread over the window; several share one where there are many."""
    step = (WINDOW.end - WINDOW.start) / max(count, 1)
    return [(WINDOW.start + step * number).replace(microsecond=0) for number in range(count)]


class ConnectorContract:
    """The hooks come first; a source that has no pages, or no limit, leaves these two at None."""

    connector: ClassVar[Any]
    stream: ClassVar[str] = "events"  # or logs, series
    page_size: ClassVar[int | None] = None  # records on one page, as the connector asks for it
    limit: ClassVar[int | None] = None  # records that the source gives of one second, however it is asked
    secrets: ClassVar[dict[str, Any]] = {"token": "s3cret-t0ken"}

    def answer(self, asked: Asked, records: Sequence[datetime]) -> Any:
        """What the server answers (JSON or an Answer) when it has one record at each of these times."""
        raise NotImplementedError

    def settings(self, url: str) -> dict[str, Any]:
        """The settings but `use`, `name` and secrets."""
        return {"url": url}

    def key(self, event: Event) -> Hashable:
        """What events that tell of one record have in common."""
        return (event.native_id, event.episode)

    def count(self, found: Sequence[Any]) -> int:
        """How many records of the source what came tells of, those within the window."""
        of_logs = sum(one.count for one in found if isinstance(one, LogSummary))
        of_series = sum(len(one.points) for one in found if isinstance(one, Series))
        began: dict[Hashable, datetime] = {}
        for one in events(found):
            began[self.key(one)] = min(one.at, began.get(self.key(one), one.at))
        return of_logs + of_series + sum(at in WINDOW for at in began.values())

    # What the tests are made of

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        made = Server(self.answer)
        with servers.serving(made.answer) as url:
            made.url = url
            yield made

    @pytest.fixture(autouse=True)
    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """The pauses that were made, none of which took any time."""
        made: list[float] = []
        monkeypatch.setattr("time.sleep", made.append)
        return made

    def made(self, url: str, time_limit: float = 30) -> Any:
        fields = {"use": self.connector.kind, "name": "here", **self.secrets, **self.settings(url)}
        return self.connector(self.connector.Settings.model_validate(fields), Http(time_limit, lambda: NOW))

    def read(self, url: str, window: Window = WINDOW, time_limit: float = 30) -> list[Any]:
        return list(getattr(self.made(url, time_limit), self.stream)(window))

    def fails(self, url: str, time_limit: float = 30) -> str:
        """What is told of a failure: a SourceError that says where and how to mend it, or a gap. No secret is in it."""
        try:
            gaps = gaps_of(self.read(url, time_limit=time_limit))
        except SourceError as problem:
            assert problem.where and problem.fix
            told = str(problem)
        else:
            assert gaps, "a failure looks like a quiet source"
            told = " ".join(gap.detail for gap in gaps)
        assert not [secret for secret in self.secrets.values() if str(secret) in told]
        return told

    # Records

    def test_contract_every_record_comes_and_its_times_are_aware_and_utc(self, server: Server) -> None:
        found = self.read(server.url)
        assert self.count(found) == 3 and not gaps_of(found)
        for event in events(found):
            assert all(at.tzinfo is UTC for at in (event.at, event.end, event.episode, event.active_since) if at)

    def test_contract_ids_are_stable(self, server: Server) -> None:
        first, second = ([self.key(one) for one in events(self.read(server.url))] for _ in range(2))
        assert first == second

    def test_contract_a_time_without_records_is_quiet(self, server: Server) -> None:
        server.records = []
        found = self.read(server.url)
        assert self.count(found) == 0 and not gaps_of(found)

    def test_contract_an_empty_window_is_no_trouble(self, server: Server) -> None:
        assert self.count(self.read(server.url, Window(NOW, NOW))) <= 3

    def test_contract_what_lies_at_the_borders_is_there(self, server: Server) -> None:
        """The start is part of the window, the end is not; what came as well is clipped by collect."""
        second = timedelta(seconds=1)
        server.records = [WINDOW.start - second, WINDOW.start, WINDOW.end - second, WINDOW.end]
        found = self.read(server.url)
        assert self.count(found) == 2 or (self.stream != "events" and self.count(found) >= 2)

    # Pages and limits

    @pytest.mark.parametrize("more", [-1, 0, 1])
    @pytest.mark.parametrize("pages", [1, 2])
    def test_contract_every_page_comes(self, server: Server, pages: int, more: int) -> None:
        if not self.page_size:
            pytest.skip("has no pages")
        server.records = times(self.page_size * pages + more)
        found = self.read(server.url)
        assert self.count(found) == len(server.records) and not gaps_of(found)

    def test_contract_a_limit_that_cannot_be_passed_is_a_gap(self, server: Server) -> None:
        if not self.limit:
            pytest.skip("has no limit")
        server.records = [WINDOW.start + timedelta(minutes=10)] * (self.limit + 1)
        found = self.read(server.url)
        assert self.count(found) == len(server.records) or gaps_of(found)

    def test_contract_the_same_page_for_ever_comes_to_an_end(self, server: Server) -> None:
        if not self.page_size:
            pytest.skip("has no pages")
        server.records, server.frozen = times(self.page_size * 2), True
        self.fails(server.url)
        assert len(server.asked) <= MOST

    # Refusals and faults

    @pytest.mark.parametrize("status", [401, 403, 404])
    def test_contract_a_refusal_is_told(self, server: Server, status: int) -> None:
        server.always = Answer({"message": "no entry"}, status)
        assert f"HTTP {status}" in self.fails(server.url)

    def test_contract_a_rate_limit_is_waited_for(self, server: Server, pauses: list[float]) -> None:
        server.first = [Answer({}, 429, {"Retry-After": "7"}), Answer({}, 429, {"ratelimit-reset": "9"})]
        found = self.read(server.url)
        assert self.count(found) == 3 and not gaps_of(found)
        assert pauses[:2] == [7, 9]

    def test_contract_a_rate_limit_that_never_ends_is_told(self, server: Server) -> None:
        server.always = Answer({}, 429, {"Retry-After": "1"})
        assert "HTTP 429" in self.fails(server.url)

    def test_contract_a_passing_fault_is_passed_over(self, server: Server) -> None:
        server.first = [Answer(b"oops", 500)]
        found = self.read(server.url)
        assert self.count(found) == 3 and not gaps_of(found)

    @pytest.mark.parametrize("body", [b"{", b"<html>Log in</html>", b"", b"[1, 2]", b"{}", b"null"])
    def test_contract_what_is_no_answer_of_this_api_is_told(self, server: Server, body: bytes) -> None:
        server.always = Answer(body)
        self.fails(server.url)

    def test_contract_a_dripping_answer_ends_with_the_time(self) -> None:
        start = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"'
        with servers.dripping(start, b" ") as url:
            began = time.monotonic()
            assert "longer than the 0.5 s" in self.fails(url, time_limit=0.5)
        assert time.monotonic() - began < 10

    # Doctor

    def test_contract_check_finds_a_well_server_well(self, server: Server) -> None:
        checks = list(self.made(server.url).check())
        assert checks and [one for one in checks if not one.ok] == []

    @pytest.mark.parametrize("status", [401, 403])
    def test_contract_check_tells_of_bad_credentials(self, server: Server, status: int) -> None:
        server.always = Answer({"message": "no entry"}, status)
        bad = [one for one in self.made(server.url).check() if not one.ok]
        assert bad and all(one.fix for one in bad)

    def test_contract_it_says_what_it_needs(self) -> None:
        assert self.connector.needs and isinstance(self.connector.limits, tuple)


def events(found: Sequence[Any]) -> list[Event]:
    return [one for one in found if isinstance(one, Event)]


def gaps_of(found: Sequence[Any]) -> list[Notice]:
    return [one for one in found if isinstance(one, Notice) and one.gap]
