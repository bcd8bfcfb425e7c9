"""The HTTP side that both services share: threads, keep-alive, and a hand-over without a refused connection."""

import signal
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import ClassVar

DRAIN_S = 4.0


class Server(ThreadingHTTPServer):
    """Listens with SO_REUSEPORT, so that a new version takes over the port while the old one drains."""

    allow_reuse_port = True
    daemon_threads = True
    request_queue_size = 128
    draining = False


class Handler(BaseHTTPRequestHandler):
    """`answer` gives (status, body) for a request; `metrics` gives the text behind /metrics."""

    protocol_version = "HTTP/1.1"
    timeout = 10.0
    disable_nagle_algorithm = True
    answer: ClassVar[Callable[["Handler", bytes], tuple[int, bytes]]]
    metrics: ClassVar[Callable[[], str]]

    def do_GET(self) -> None:
        if self.path == "/metrics":
            self.reply(200, type(self).metrics().encode(), "text/plain; version=0.0.4")
        else:
            self.reply(*type(self).answer(self, b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reply(*type(self).answer(self, body))

    def reply(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if getattr(self.server, "draining", False):
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The services write their own access log."""


def serve(port: int, handler: type[Handler]) -> None:
    """Serve until SIGTERM, then stop accepting, and let the requests under way end."""
    server = Server(("127.0.0.1", port), handler)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.draining = True
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    server.serve_forever(poll_interval=0.05)
    server.server_close()
    time.sleep(DRAIN_S)
