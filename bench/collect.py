"""Pulling 100,000 records in 1,000 pages from a server on this machine, as a ratio to a bare loop of requests.

Three programs pull the same pages: `bare` (requests and json), `pager` (Http and by_cursor, each record made
an Event and counted) and `collect` (the whole of collecting: redaction, ids, accounts, a snapshot in memory).
"""

import json
import statistics
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from pairs import line, once, pairs, verdict

PAGE = 100
START = datetime(2026, 11, 24, 9, tzinfo=UTC)
NOW = START + timedelta(days=1)
GOAL = 1.5


@cache
def page(number: int) -> bytes:
    records = [
        {
            "id": f"c{index}", "time": (START + timedelta(milliseconds=70 * index)).isoformat(),
            "title": f"Set the flag checkout-{index % 97} to {index % 2}", "service": f"service-{index % 40}",
            "url": f"https://flags.example.com/changes/{index}", "actor": f"user{index % 30}",
        }
        for index in range(number * PAGE, (number + 1) * PAGE)
    ]  # fmt: skip
    return json.dumps({"changes": records, "next": str(number + 1)}).encode()


class Pages(BaseHTTPRequestHandler):
    """`/PAGES?cursor=N`: page N of PAGES."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # head and body in one packet

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        number = int(parse_qs(parts.query).get("cursor", ["0"])[0])
        body = page(number)
        if number + 1 >= int(parts.path.strip("/")):
            body = body[: body.rindex(b'"next"')] + b'"next": null}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def serve(pages: int) -> None:
    for number in range(pages):
        page(number)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


def bare(url: str) -> int:
    import requests

    session, cursor, count = requests.Session(), None, 0
    while True:
        answer = json.loads(session.get(url, params={"cursor": cursor} if cursor else None, timeout=30).content)
        count += len(answer["changes"])
        cursor = answer["next"]
        if not cursor:
            return count


def events(url: str, http: Any, settings: Any) -> Iterator[Any]:
    from pipeline import times
    from pipeline.event import Event
    from pipeline.paging import by_cursor, listed, value

    session = http.session(settings)
    ask = lambda cursor: http.get(session, url, {"cursor": cursor} if cursor else None)  # noqa: E731
    for one in by_cursor(ask, items=listed(url, "changes"), cursor_of=value("next"), where=url):
        yield Event(
            at=times.parse(one["time"]), kind="change", moment="changed", title=one["title"], native_id=one["id"],
            service=one["service"], url=one["url"], actor_role=f"login:{one['actor']}",
        )  # fmt: skip


def pager(url: str) -> int:
    from pipeline.http import Http, HttpSettings

    return sum(1 for _ in events(url, Http(600, lambda: NOW), HttpSettings(url=url)))


def collected(url: str) -> int:
    from pipeline.collect import collect
    from pipeline.config import Config, Source
    from pipeline.connector import ConnectorSettings
    from pipeline.http import Http, HttpSettings
    from pipeline.incident import Incident, Window

    class Settings(HttpSettings, ConnectorSettings): ...

    class Flags:
        kind: ClassVar[str] = "flags"
        identity = "flags"

        def __init__(self, settings: Settings, http: Http) -> None:
            self.settings, self.http = settings, http

        def events(self, _: Window) -> Iterator[Any]:
            return events(self.settings.url, self.http, self.settings)

    source = Source(Settings(use="flags", name="flags", url=url, time_limit=600), Flags)  # type: ignore[arg-type]
    incident = Incident(id="INC-1", title="Checkout", window=Window(START, START + timedelta(hours=4)))
    return len(collect(incident, Config(connectors=(source,), deadline="600s"), lambda: NOW).events)


PULLS: dict[str, Callable[[str], int]] = {"bare": bare, "pager": pager, "collect": collected}


def main(records: int) -> int:
    pages = records // PAGE
    with Popen([sys.executable, __file__, "serve", str(pages)], stdin=PIPE, stdout=PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        url = server.stdout.readline().strip()
        try:
            reached = report(pages, lambda name, count: [sys.executable, __file__, name, f"{url}/{count}"])
        finally:
            server.stdin.close()
    return 0 if reached else 1


def report(pages: int, command: Callable[[str, int], list[str]]) -> bool:
    """Print what was measured; whether the goals are reached."""
    ours, theirs, ratios = pairs(command("pager", pages), command("bare", pages))
    whole, _, all_ratios = pairs(command("collect", pages), command("bare", pages), runs=3)
    print(f"{pages * PAGE:,} records in {pages:,} pages:")
    for name, found in (("a bare loop of requests", theirs), ("by_cursor, into events", ours), ("collect", whole)):
        print(line(name, found) + f" {pages / found.wall:7.0f} pages/s")
    print(f"by_cursor to the bare loop: {verdict(ratios, GOAL)}")
    print(f"collect to the bare loop: ratio {statistics.median(all_ratios):.2f} (it keeps and cleans every record)")
    tenth = statistics.median(once(command("pager", pages // 10))[2] for _ in range(3))
    flat = ours.peak_mb - tenth < 2
    print(f"memory of by_cursor: {tenth:.0f} MB at {pages // 10:,} pages, {ours.peak_mb:.0f} MB at {pages:,}: "
          f"{'flat' if flat else 'NOT flat'}")  # fmt: skip
    return statistics.median(ratios) <= GOAL and flat


def program(name: str, argument: str) -> int | str:
    """What one of the processes does: `serve PAGES`, or one of PULLS from `URL/PAGES`."""
    if name == "serve":
        serve(int(argument))
        return 0
    wanted, found = int(Path(argument).name) * PAGE, PULLS[name](argument)
    return 0 if found == wanted else f"{found} of {wanted} records came"


if __name__ == "__main__":
    sys.exit(program(*sys.argv[1:]) if len(sys.argv) == 3 else main(int(sys.argv[1]) if sys.argv[1:] else 100_000))
