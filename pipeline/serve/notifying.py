"""Telling reviewers of a draft: Slack, mail, a webhook."""

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid

from pipeline.config import Config
from pipeline.config.serving import EmailNotice, SlackNotice, WebhookNotice
from pipeline.errors import BefellError
from pipeline.http import Http, HttpSettings
from pipeline.serve.meeting import invitation, proposed
from pipeline.store import Store
from pipeline.store.watches import Watch
from pipeline.times import rfc3339

TIME_LIMIT_S = 20.0


class Notifier:
    """Tells each configured target; one that fails leaves the others alone."""

    def __init__(self, config: Config, clock: Callable[[], datetime]) -> None:
        self._config, self._clock = config, clock

    def once(self, store: Store, name: str) -> list[tuple[str, str]]:
        """Tell of a draft that reviewers were not told of; each target, and what went wrong there or "".

        A target that failed is not told again: reviewers find the draft all the same. Raises StoreError.
        """
        with store.watching() as desk:
            watch = desk.watch(name)
        if watch is None or watch.state != "drafted" or watch.told >= watch.generation:
            return []
        told = list(self._tell(watch))
        with store.watching() as desk:
            desk.note(name, told=watch.generation)
        return told

    def _tell(self, watch: Watch) -> Iterator[tuple[str, str]]:
        notify = self._config.serve.notify
        ways: dict[str, Callable[[Watch], None]] = {}
        if notify.slack:
            slack = notify.slack
            ways["slack"] = lambda one: self._slack(slack, one)
        if notify.email:
            email = notify.email
            ways["email"] = lambda one: self._email(email, one)
        if notify.webhook:
            webhook = notify.webhook
            ways["webhook"] = lambda one: self._webhook(webhook, one)
        for target, way in ways.items():
            try:
                way(watch)
                yield target, ""
            except (BefellError, OSError, smtplib.SMTPException) as problem:
                yield target, " ".join(str(problem).split())

    def link(self, watch: Watch) -> str:
        """Where the draft is read; its path where the service has no address."""
        base = self._config.serve.url.rstrip("/")
        return f"{base}/incidents/{watch.id}" if base else watch.file

    def words(self, watch: Watch) -> tuple[str, str]:
        """One line, and what else a reviewer wants to know."""
        severity = watch.severity or "severity unknown"
        again = "drafted again: something new happened" if watch.told else "a postmortem draft is ready"
        when = proposed(watch, self._config.serve.review_after)
        lines = [f"{watch.title} ({watch.id}, {severity}): {again}.", f"The draft: {self.link(watch)}"]
        if when:
            lines.append(f"Proposed review: {when:%Y-%m-%d %H:%M} UTC, within 48 hours of resolution.")
        if watch.problem:
            lines.append(watch.problem)
        return f"Postmortem draft: {watch.title} ({watch.id})", "\n".join(lines)

    def _slack(self, to: SlackNotice, watch: Watch) -> None:
        text = self.words(watch)[1].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        self._post(to.url.get_secret_value(), {"text": text}, {})

    def _webhook(self, to: WebhookNotice, watch: Watch) -> None:
        """Signed as https://github.com/standard-webhooks/standard-webhooks says."""
        when = proposed(watch, self._config.serve.review_after)
        body = {
            "type": "draft.ready", "incident": watch.id, "title": watch.title, "severity": watch.severity,
            "draft": self.link(watch), "review_at": rfc3339(when) if when else None,
        }  # fmt: skip
        name, stamp = f"{watch.id}:{watch.generation}", str(int(self._clock().timestamp()))
        headers = {"webhook-id": name, "webhook-timestamp": stamp}
        if to.secret:
            secret = to.secret.get_secret_value()
            key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
            mac = hmac.new(key, f"{name}.{stamp}.{_json(body)}".encode(), hashlib.sha256).digest()
            headers["webhook-signature"] = f"v1,{base64.b64encode(mac).decode()}"
        self._post(to.url, body, headers)

    def _post(self, url: str, body: object, headers: dict[str, str]) -> None:
        session = Http(TIME_LIMIT_S, self._clock).session(HttpSettings(url=url, timeout=TIME_LIMIT_S))
        with session.post(url, data=_json(body).encode(), headers={"Content-Type": "application/json", **headers}):
            pass  # an answer that is an error was raised

    def _email(self, to: EmailNotice, watch: Watch) -> None:
        subject, text = self.words(watch)
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = " ".join(subject.split()), to.sender, ", ".join(to.to)
        mail["Message-ID"] = make_msgid(domain="befell")
        mail.set_content(text)
        if meeting := invitation(watch, self._config.serve.review_after, self.link(watch), self._clock()):
            mail.add_attachment(meeting, maintype="text", subtype="calendar", filename="review.ics")
        context = ssl.create_default_context()
        if to.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=TIME_LIMIT_S, context=context)
        else:
            server = smtplib.SMTP(to.host, to.port, timeout=TIME_LIMIT_S)
        with server:
            if to.security == "starttls":
                server.starttls(context=context)
            if to.username:
                server.login(to.username, to.password.get_secret_value() if to.password else "")
            server.send_message(mail)


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
