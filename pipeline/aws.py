"""What connectors to AWS share: a signed request of a JSON service, and what its refusals mean.

Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import Field, SecretStr
from requests.auth import AuthBase

from pipeline.http import Http, HttpError, HttpSettings

TRIES, PAUSE = 4, 0.5  # a throttled or failed request is made again after 0.5, 1 and 2 s
_THROTTLED = ("Throttl", "TooManyRequests", "LimitExceeded", "RequestLimit")
_CREDENTIALS = ("UnrecognizedClient", "Signature", "ExpiredToken", "InvalidClientTokenId", "MissingAuthentication")
_DENIED = ("AccessDenied", "NotAuthorized", "OptInRequired")


class AwsSettings(HttpSettings):
    """Settings of a source that is an AWS service."""

    url: str = Field(
        default="https://amazonaws.com", description="AWS itself, or the address of an emulator",
        examples=["https://amazonaws.com.cn"],
    )  # fmt: skip
    region: str = Field(pattern=r"^[a-z0-9-]+$", description="region", examples=["eu-central-1"])
    access_key: str = Field(description="access key id", examples=["${AWS_ACCESS_KEY_ID}"])
    secret_key: SecretStr = Field(description="secret access key", examples=["${AWS_SECRET_ACCESS_KEY}"])
    session_token: SecretStr | None = Field(
        default=None, description="session token of temporary credentials", examples=["${AWS_SESSION_TOKEN}"]
    )

    def endpoint(self, service: str) -> str:
        """`https://logs.eu-central-1.amazonaws.com/`; an emulator has one address for all."""
        host = urlsplit(self.url).hostname or ""
        if not host.startswith("amazonaws."):
            return f"{self.base}/"
        return f"https://{service}.{self.region}.{host}/"


class Signature(AuthBase):
    """Signs a request with Signature Version 4. `now`: the time that the signature is of."""

    def __init__(self, settings: AwsSettings, service: str, now: Callable[[], datetime]) -> None:
        self._settings, self._service, self._now = settings, service, now

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        settings, parts = self._settings, urlsplit(str(request.url))
        stamp = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        request.headers["X-Amz-Date"] = stamp
        if settings.session_token:
            request.headers["X-Amz-Security-Token"] = settings.session_token.get_secret_value()
        named = {name.lower(): str(text).strip() for name, text in request.headers.items()}
        signed = {name: text for name, text in named.items() if name.startswith("x-amz-") or name == "content-type"}
        signed["host"] = parts.netloc.rpartition("@")[2]
        names = ";".join(sorted(signed))
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        canonical = [str(request.method), parts.path or "/", parts.query]
        canonical += [f"{name}:{signed[name]}" for name in sorted(signed)]
        canonical += ["", names, hashlib.sha256(body).hexdigest()]
        scope = f"{stamp[:8]}/{settings.region}/{self._service}/aws4_request"
        hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
        key = f"AWS4{settings.secret_key.get_secret_value()}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.new(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}".encode(), "sha256").hexdigest()
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={settings.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )
        return request


class Service:
    """One service. `host` is the first part of its name in DNS, `target` the prefix of its operations."""

    def __init__(self, settings: AwsSettings, http: Http, host: str, target: str, needed: Mapping[str, str]) -> None:
        self._http, self._target, self._needed = http, target, needed
        self.where = settings.endpoint(host)
        self._session = http.session(settings)
        self._session.auth = Signature(settings, host, http.now)
        self._session.headers["Content-Type"] = "application/x-amz-json-1.1"

    def call(self, operation: str, **body: Any) -> Any:
        """The answer of an operation; raises SourceError, and HttpError where it refused."""
        self._session.headers["X-Amz-Target"] = f"{self._target}.{operation}"
        again = 0
        while True:
            try:
                return self._http.post(self._session, self.where, body)
            except HttpError as problem:
                again += 1
                passing = problem.status >= 500 or _is(problem, _THROTTLED)
                if again == TRIES or not passing or not self._http.remaining():
                    raise self._explained(problem, operation) from None
            time.sleep(min(PAUSE * 2 ** (again - 1), self._http.remaining()))

    def _explained(self, problem: HttpError, operation: str) -> HttpError:
        """AWS refuses with 400 whatever the reason: with the status that it would have elsewhere, and its mending."""
        status, fix = problem.status, problem.fix
        if _is(problem, _CREDENTIALS):
            status, fix = 401, "Check access_key, secret_key and session_token: wrong, or expired."
        elif _is(problem, _DENIED):
            status, fix = 403, f"Allow {self._needed.get(operation, operation)} to these credentials."
        elif _is(problem, _THROTTLED):
            status, fix = 429, "Ask again later, or for a shorter window."
        elif _is(problem, ("ResourceNotFound",)):
            status, fix = 404, "Check the name, and the region."
        elif status == 403:
            fix = f"Allow {self._needed.get(operation, operation)} to these credentials."
        return HttpError(status, problem.message, f"{operation}: {problem.what}", where=problem.where, fix=fix)


def _is(problem: HttpError, words: tuple[str, ...]) -> bool:
    return any(word in problem.message for word in words)
