"""A gate before a server: while it is shut nothing gets through, and what was open is cut."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from socketserver import BaseRequestHandler, ThreadingTCPServer


class Gate(ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def __init__(self, port: int) -> None:
        self.behind, self.shut, self.open = port, False, set[socket.socket]()
        super().__init__(("127.0.0.1", 0), _Through)

    def close_it(self) -> None:
        self.shut = True
        for one in list(self.open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def open_it(self) -> None:
        self.shut = False


class _Through(BaseRequestHandler):
    server: Gate

    def handle(self) -> None:
        if self.server.shut:
            return
        with socket.create_connection(("127.0.0.1", self.server.behind)) as other:
            both = {self.request, other}
            self.server.open |= both
            back = threading.Thread(target=_pass, args=(other, self.request), daemon=True)
            back.start()
            _pass(self.request, other)
            back.join()
            self.server.open -= both


def _pass(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def gate(port: int) -> Iterator[Gate]:
    with Gate(port) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.close_it()
            server.shutdown()
