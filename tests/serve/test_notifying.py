"""Reviewers are told of a draft once: in Slack, by mail with the meeting, by a signed webhook."""

import email
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from support.followed import Service, fired, resolved
from support.servers import serving

from pipeline.receiving import STANDARD
from pipeline.serve.notifying import Notifier


@pytest.fixture
def drafted(service: Service) -> str:
    service.accept(fired("Errors <b>", 0), resolved("Errors <b>", 0, 20), minute=21)
    name = service.the_watch().id
    assert service.draft(name, 30)
    return name


def told(service: Service, name: str, **notify: Any) -> list[tuple[str, str]]:
    service.keys["serve"] = {"notify": notify, "url": "https://befell.example/"}
    return Notifier(service.config, service.clock).once(service.store, name)


@contextmanager
def receiver(status: int = 200) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    got: list[tuple[dict[str, str], bytes]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        got.append(({name.lower(): value for name, value in handler.headers.items()}, body))
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with serving(answer) as url:
        yield url, got


@contextmanager
def mail_server() -> Iterator[tuple[int, list[Message]]]:
    """As little of SMTP (RFC 5321) as it takes to get one message."""
    got: list[Message] = []

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    got.append(email.message_from_bytes(b"".join(lines)))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
                if word == b"QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1], got
        server.shutdown()


def test_slack_gets_one_message_in_which_nothing_is_markup(service: Service, drafted: str) -> None:
    with receiver() as (url, got):
        assert told(service, drafted, slack={"url": url}) == [("slack", "")]
        assert told(service, drafted, slack={"url": url}) == []
    ((_, body),) = got
    text = json.loads(body)["text"]
    assert "Errors &lt;b&gt;" in text and f"https://befell.example/incidents/{drafted}" in text
    assert "Proposed review: 2026-11-25 09:00 UTC" in text


def test_the_webhook_is_signed_as_standard_webhooks_are(service: Service, drafted: str) -> None:
    with receiver() as (url, got):
        assert told(service, drafted, webhook={"url": url, "secret": "whsec_c2VjcmV0"}) == [("webhook", "")]
    ((headers, body),) = got
    now = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert STANDARD.fits("whsec_c2VjcmV0", headers, body, now)
    assert json.loads(body)["review_at"] == "2026-11-25T09:00:00Z" and json.loads(body)["incident"] == drafted


def test_mail_has_the_meeting_as_a_calendar_file(service: Service, drafted: str) -> None:
    with mail_server() as (port, got):
        to = {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "from": "befell@example.com",
            "to": ["sre@example.com"],
        }
        assert told(service, drafted, email=to) == [("email", "")]
    (mail,) = got
    text, meeting = mail.get_payload()  # type: ignore[misc]
    assert mail["To"] == "sre@example.com" and "Errors <b>" in str(mail["Subject"])
    assert "Proposed review" in text.get_payload(decode=True).decode()
    assert b"BEGIN:VEVENT" in meeting.get_payload(decode=True) and meeting.get_filename() == "review.ics"


def test_a_target_that_fails_leaves_the_others_alone_and_shows_no_secret(service: Service, drafted: str) -> None:
    with receiver(500) as (bad, _), receiver() as (good, got):
        done = dict(told(service, drafted, slack={"url": f"{bad}/services/T0/B0/hidden"}, webhook={"url": good}))
    assert "500" in done["slack"] and done["webhook"] == "" and len(got) == 1
