"""From a request to what its connector makes of it: who may post, how much, and in what form."""

import base64
import binascii
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from pydantic import SecretStr

from pipeline.config import Config, Source
from pipeline.config.serving import Hook
from pipeline.http import Http
from pipeline.receiving import Headers, Received, Receives, delivery
from pipeline.serve.inbox import Sender


class Refused(Exception):
    """A request that is not accepted; `status` is that of HTTP."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one request told. `name` is its hook and its id, the same when it is sent again."""

    sender: Sender
    told: tuple[Received, ...]
    name: tuple[str, str]


class Hooks:
    """The hooks of the configuration."""

    def __init__(self, config: Config, clock: Callable[[], datetime]) -> None:
        sources = {source.name: source for source in config.connectors}
        self._hooks = {hook.path: (hook, sources[hook.connector]) for hook in config.serve.hooks}
        self._most, self._clock = config.serve.max_body, clock

    def check(self, name: str) -> None:
        """Refused where there is no such hook."""
        if name not in self._hooks:
            raise Refused(404, "no such hook")

    def receive(self, name: str, headers: Headers, body: bytes) -> Delivery:
        """What a request tells; Refused where it may not, or is not understood. `headers` are by lower-case name."""
        self.check(name)
        hook, source = self._hooks[name]
        if len(body) > self._most:
            raise Refused(413, f"larger than {self._most} bytes")
        if not self._may(hook, source, headers, body):
            raise Refused(401, "missing or wrong credentials")
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused(400, "no JSON") from None
        connector, _ = _opened(source, self._clock)
        return Delivery(
            Sender(source.name, connector.identity), tuple(connector.received(payload)), (name, delivery(headers, body))
        )

    def _may(self, hook: Hook, source: Source, headers: Headers, body: bytes) -> bool:
        if hook.secret:
            signatures = getattr(source.connector, "signatures", ())
            secret, now = hook.secret.get_secret_value(), self._clock()
            return any(one.fits(secret, headers, body, now) for one in signatures)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if hook.token:
            return scheme.casefold() == "bearer" and _same(given.strip(), hook.token)
        try:
            user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        right = [_same(user, SecretStr(hook.username)), _same(password, hook.password or SecretStr(""))]
        return scheme.casefold() == "basic" and all(right)


async def whole(request: Request, most: int) -> bytes:
    """The body of a request, read no further than `most` bytes; Refused where it is larger."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refused(413, f"larger than {most} bytes")
        parts.append(part)
    return b"".join(parts)


def _same(given: str, known: SecretStr) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), known.get_secret_value().encode())


def _opened(source: Source, clock: Callable[[], datetime]) -> tuple[Any, Http]:
    made: Any = source.open(source.settings.time_limit, clock)
    assert isinstance(made[0], Receives)
    return made  # type: ignore[no-any-return]
