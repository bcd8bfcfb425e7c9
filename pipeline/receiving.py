"""Webhooks: what a connector does with what its source posts, and how a vendor signs a delivery."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from pipeline.event import Event, Notice, Rejected
from pipeline.incident import Incident

Headers = Mapping[str, str]  # by lower-case name
REPLAY = timedelta(minutes=5)  # how far the signed time of a delivery may lie from ours


@dataclass(frozen=True, slots=True)
class Signature:
    """HMAC-SHA256 with the secret of a hook; the header may hold several, of which one has to fit (rotation).

    `stamp` names the header with the Unix time that is signed too, and `message` what is signed. A secret with
    `key_prefix` is base64 behind it.
    """

    header: str
    prefix: str = ""
    split: str = ","
    encoding: Literal["hex", "base64"] = "hex"
    stamp: str = ""
    message: str = "{body}"
    key_prefix: str = ""

    def fits(self, secret: str, headers: Headers, body: bytes, now: datetime) -> bool:
        """Whether one signature is right, and its time is now; compared in constant time."""
        key = self._key(secret)
        if key is None or not self._recent(headers, now):
            return False
        mac = hmac.new(key, self._signed(headers, body), hashlib.sha256).digest()
        given = headers.get(self.header.lower(), "").split(self.split)
        right = [hmac.compare_digest(mac, one) for one in map(self._mac, given) if one]
        return any(right)

    def _key(self, secret: str) -> bytes | None:
        if not self.key_prefix or not secret.startswith(self.key_prefix):
            return secret.encode()
        try:
            return base64.b64decode(secret.removeprefix(self.key_prefix), validate=True)
        except binascii.Error:
            return None

    def _recent(self, headers: Headers, now: datetime) -> bool:
        if not self.stamp:
            return True
        told = headers.get(self.stamp.lower(), "")
        return told.isdecimal() and len(told) <= 12 and abs(now.timestamp() - int(told)) <= REPLAY.total_seconds()

    def _signed(self, headers: Headers, body: bytes) -> bytes:
        """The message, made by parts: a body may hold braces, and need not be UTF-8."""
        before, _, after = self.message.partition("{body}")
        names = {"stamp": headers.get(self.stamp.lower(), ""), "id": headers.get("webhook-id", "")}
        return before.format(**names).encode() + body + after.format(**names).encode()

    def _mac(self, text: str) -> bytes:
        if self.prefix and not text.strip().startswith(self.prefix):
            return b""
        told = text.strip().removeprefix(self.prefix)
        try:
            return bytes.fromhex(told) if self.encoding == "hex" else base64.b64decode(told, validate=True)
        except ValueError:
            return b""


# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
STANDARD = Signature(
    "webhook-signature", prefix="v1,", split=" ", encoding="base64", stamp="webhook-timestamp",
    message="{id}.{stamp}.{body}", key_prefix="whsec_",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An incident that turned out to be none, or part of another: nothing more is done about it."""

    incident_id: str


Received = Event | Incident | Withdrawn | Notice | Rejected


@runtime_checkable
class Receives(Protocol):
    """A connector to which its source posts what happens.

    `signatures` are the ways in which the source signs, none where it cannot. An event of a delivery has the identity
    that it has when it is read, where the source tells it both times. An incident that is over has `resolved_at`.
    """

    signatures: ClassVar[tuple[Signature, ...]]

    def received(self, payload: Any) -> Iterator[Received]: ...


def delivery(headers: Headers, body: bytes) -> str:
    """What names a delivery: the id that its sender gives each, the same when it is sent again, else its bytes."""
    told = headers.get("webhook-id") or headers.get("idempotency-key") or ""
    return told[:200] or hashlib.sha256(body).hexdigest()
