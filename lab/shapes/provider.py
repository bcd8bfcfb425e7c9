"""A provider that the shop depends on (payment, mail): answers each POST after a delay, as its control file says."""

import argparse
import json
import ssl
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up, or refuses the certificate, is the caller's affair."""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--control", type=Path, required=True)
    options.add_argument("--certificate", type=Path)
    given = options.parse_args()

    class Provider(BaseHTTPRequestHandler):
        timeout = 10.0

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            says = json.loads(given.control.read_text())
            time.sleep(says["delay_s"])
            self.send_response(says["status"])
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """No access log."""

    server = Server(("127.0.0.1", given.port), Provider)
    if given.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print("ready", flush=True)
    server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
