"""One thread watches every deadline, keeps nothing alive, and cuts in the order of time."""

import gc
import threading
import time
import weakref
from datetime import UTC, datetime

import pytest
import servers

from pipeline import deadline
from pipeline.errors import SourceError
from pipeline.http import Http, HttpSettings


class Cut:
    """What a deadline is set for; it says when it was cut."""

    def __init__(self, told: list[str], name: str) -> None:
        self.told, self.name, self.done = told, name, threading.Event()

    def cut(self) -> None:
        self.told.append(self.name)
        self.done.set()


def test_what_is_due_first_is_cut_first_whenever_it_was_set() -> None:
    told: list[str] = []
    late, soon = Cut(told, "late"), Cut(told, "soon")
    deadline.at(time.monotonic() + 0.2, late.cut)
    deadline.at(time.monotonic() + 0.05, soon.cut)
    assert late.done.wait(10)
    assert told == ["soon", "late"]


def test_what_is_gone_is_not_kept_for_its_deadline() -> None:
    gone = Cut([], "gone")
    deadline.at(time.monotonic() + 3600, gone.cut)
    left = weakref.ref(gone)
    del gone
    gc.collect()
    assert left() is None


def test_many_requests_of_many_sources_need_one_thread() -> None:
    def threads() -> int:
        return sum(thread.name == "deadlines" for thread in threading.enumerate())

    def answer(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    with servers.serving(answer) as url:
        for http in [Http(60, lambda: datetime.now(UTC)) for _ in range(5)]:
            session = http.session(HttpSettings(url=url))
            assert [http.get(session, url) for _ in range(3)] == [{}] * 3
    assert threads() == 1


def test_two_sources_that_drip_end_each_at_its_own_deadline() -> None:
    with servers.dripping(b"HTTP/1.1 200 OK\r\n\r\n", b" ") as url:
        for limit in (0.2, 0.4):
            http = Http(limit, lambda: datetime.now(UTC))
            with pytest.raises(SourceError, match=f"longer than the {limit} s"):
                http.get(http.session(HttpSettings(url=url)), url)
