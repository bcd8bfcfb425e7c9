"""What a connector gets to speak HTTP with: one deadline, bounded retries and bodies, errors that say what to do."""

import contextlib
import json
import re
import socket
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator, model_validator
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError

from pipeline import deadline
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.retries import LIMITED, BoundedRetry, pause

MAX_BODY = 512 * 1024 * 1024  # bytes, decompressed
SKEW_S = 5.0
# RequestException is an OSError, a missing certificate file raises it plainly; an odd redirect raises the others.
_FAILURES = (OSError, ValueError, HTTPError)


class HttpError(SourceError):
    """The server answered, with a `status` of 400 or more; `message` is what it said (at most 300 characters)."""

    def __init__(self, status: int, message: str, what: str, *, where: str, fix: str) -> None:
        self.status, self.message = status, message
        super().__init__(what, where=where, fix=fix)


class HttpSettings(BaseModel):
    """The settings of a source that is reached by HTTP; mix it into a connector's Settings."""

    url: str = Field(description="the server's address", examples=["https://prometheus.example.com"])
    token: SecretStr | None = Field(
        default=None, description="bearer token, sent as `Authorization: Bearer …`", examples=["${PROM_TOKEN}"]
    )
    username: str = Field(default="", description="user name for basic authentication", examples=["befell"])
    password: SecretStr | None = Field(
        default=None, description="password for basic authentication", examples=["${PROM_PASSWORD}"]
    )
    headers: Mapping[str, SecretStr] = Field(
        default={}, description="further request headers (a tenant, an API key)", examples=[{"X-Scope-OrgID": "shop"}]
    )
    verify: bool = Field(default=True, description="whether the server's TLS certificate is checked", examples=[True])
    ca_file: Path | None = Field(
        default=None, description="file of the certificate authorities to trust", examples=["ca.pem"]
    )
    client_cert: Path | None = Field(
        default=None, description="file of the client certificate (PEM, with its key unless client_key is given)",
        examples=["client.pem"],
    )  # fmt: skip
    client_key: Path | None = Field(
        default=None, description="file of the client certificate's key", examples=["client.key"]
    )
    timeout: float = Field(
        default=30.0, gt=0, description="seconds that one request may wait for the server", examples=[30]
    )

    @field_validator("url")
    @classmethod
    def _http_only(cls, value: str) -> str:
        parts = urlsplit(value.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("is no http:// or https:// address")
        return value.strip()

    @field_validator("ca_file", "client_cert", "client_key")
    @classmethod
    def _beside_the_configuration(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        base = (info.context or {}).get("base")
        return Path(base) / value.expanduser() if value is not None and base else value

    @model_validator(mode="after")
    def _one_way_to_authenticate(self) -> "HttpSettings":
        if self.token and self.username:
            raise ValueError("give either token or username and password, not both")
        return self

    @property
    def base(self) -> str:
        """The address without credentials, query, fragment and trailing slash: fit to print and to append a path to."""
        return safe_url(self.url).rstrip("/")


def safe_url(url: str) -> str:
    """The address without what may hold a secret: user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class Http:
    """One source's way out. `time_limit`: seconds for everything together, from now on; `now`: the clock (an input).

    Sessions raise SourceError (HttpError where the server answered with 400 or more) and nothing else of requests.
    `notices` collects what was noticed on the way (clock skew).
    """

    def __init__(self, time_limit: float, now: Callable[[], datetime]) -> None:
        self.time_limit, self.now = time_limit, now
        self.notices: list[Notice] = []
        self.clocks: dict[str, bool] = {}  # by host: whether its clock agrees with ours
        self._end = time.monotonic() + time_limit
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()  # the thread of the deadline goes through the sockets
        self._watched = False

    def remaining(self) -> float:
        """Seconds until the deadline; never below 0."""
        return max(0.0, self._end - time.monotonic())

    def session(self, settings: HttpSettings) -> requests.Session:
        """A session with the settings' authentication, TLS, retries and deadline."""
        session = _Session(self, settings)
        user = urlsplit(settings.url)
        if settings.token:
            session.auth = _Bearer(settings.token.get_secret_value())
        elif settings.username:
            password = settings.password.get_secret_value() if settings.password else ""
            session.auth = _Basic(settings.username, password)
        elif user.username:
            session.auth = _Basic(unquote(user.username), unquote(user.password or ""))
        session.headers.update({name: secret.get_secret_value() for name, secret in settings.headers.items()})
        session.verify = str(settings.ca_file) if settings.verify and settings.ca_file else settings.verify
        if settings.client_cert:
            key = settings.client_key
            session.cert = (str(settings.client_cert), str(key)) if key else str(settings.client_cert)
        session.hooks["response"].append(self._received)
        return session

    def retry(self) -> Retry:
        """The bounded retries of every session, never past the deadline."""
        return BoundedRetry(remaining=self.remaining, now=self.now)

    def get(self, session: requests.Session, url: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON that a GET of `url` gives; raises SourceError."""
        return self.json(session.get(url, params=params, verify=session.verify, cert=session.cert))

    def post(self, session: requests.Session, url: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON that a POST of `body` as JSON gives, such as a search; raises SourceError."""
        return self.json(session.post(url, json=body, params=params, verify=session.verify, cert=session.cert))

    def json(self, response: requests.Response) -> Any:
        """The JSON of a response; SourceError where it is none."""
        try:
            return json.loads(response.content)
        except ValueError:
            kind = response.headers.get("Content-Type", "no content type")
            raise SourceError(
                f"the answer is not JSON ({kind}): {_clip(response.text)!r}.",
                where=safe_url(response.url),
                fix="Check that the address is the API and not a login or proxy page.",
            ) from None

    def watch(self) -> None:
        """At the deadline cut every open connection: requests' own timeout counts from read to read."""
        if not self._watched:
            self._watched = True
            deadline.at(self._end, self._cut)

    def opened(self, connection: socket.socket) -> None:
        """One more connection to cut; at once, where the deadline went by while it was made."""
        with self._lock:
            self._sockets.add(connection)
        if not self.remaining():
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            sockets = list(self._sockets)
        for open_socket in sockets:
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def too_late(self, where: str) -> SourceError:
        return SourceError(
            f"took longer than the {self.time_limit:g} s that this source may take.",
            where=where,
            fix="Raise time_limit (and deadline), or ask for less (a shorter window, fewer metrics).",
        )

    def _received(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Read the body within bounds, and compare the server's clock with ours."""
        self._note_skew(response)
        parts, size = [], 0
        for part in response.iter_content(65536):
            size += len(part)
            if size > MAX_BODY:
                response.close()
                raise SourceError(
                    f"the answer is larger than {MAX_BODY // 2**20} MB.",
                    where=safe_url(response.url),
                    fix="Ask for less: a shorter window, a larger step, a narrower selector.",
                )
            parts.append(part)
        if not self.remaining():  # a body without a length ends like a whole one when it is cut
            raise self.too_late(safe_url(response.url))
        response._content = b"".join(parts)

    def _note_skew(self, response: requests.Response) -> None:
        host = urlsplit(response.url).netloc.rpartition("@")[2]
        try:
            theirs = parsedate_to_datetime(response.headers["Date"])
            theirs += timedelta(seconds=int(response.headers.get("Age", 0)))
            ahead = (theirs - self.now()).total_seconds()
        except (KeyError, ValueError, TypeError):  # no date, or one without a zone
            return
        agrees, agreed = abs(ahead) <= SKEW_S + response.elapsed.total_seconds(), self.clocks.get(host, True)
        self.clocks[host] = agrees and agreed
        if agrees or not agreed:
            return
        way = "ahead of" if ahead > 0 else "behind"
        self.notices.append(
            Notice(
                kind="clock-skew",
                detail=f"The clock of {host} is {abs(ahead):.0f} s {way} this machine's. Its times are shown as it "
                "gave them. Compare both with a time server (NTP), and set the wrong one.",
            )
        )


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class _Basic(HTTPBasicAuth):
    """Basic authentication in UTF-8 (RFC 7617); requests itself would encode in Latin-1."""

    def __init__(self, username: str, password: str) -> None:
        super().__init__(username.encode(), password.encode())


class _Session(requests.Session):
    def __init__(self, http: Http, settings: HttpSettings) -> None:
        super().__init__()
        self._http, self._settings = http, settings
        self._adapter = _Adapter(http)
        self._environment: dict[Any, Any] = {}

    def get_adapter(self, url: str | bytes) -> Any:  # noqa: ARG002
        """Always the bounded one: a client library that mounts its own over it must not lift the deadline."""
        return self._adapter

    def merge_environment_settings(self, url: Any, proxies: Any, *more: Any) -> Any:
        """Proxies and certificates of the environment, looked up once for each host instead of at each request."""
        key = (*urlsplit(url)[:2], *(proxies or {}).items(), *more)
        if key not in self._environment:
            self._environment[key] = super().merge_environment_settings(url, proxies, *more)
        return {**self._environment[key]}

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        try:
            return super().prepare_request(request)
        except _FAILURES as problem:
            raise _explained(problem, safe_url(str(request.url)), self._settings.timeout) from None

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """A redirect to another host takes none of the configured headers along: they may be keys."""
        super().rebuild_auth(prepared_request, response)  # type: ignore[no-untyped-call]
        if self.should_strip_auth(str(response.request.url), str(prepared_request.url)):  # type: ignore[no-untyped-call]
            for name in self._settings.headers:
                prepared_request.headers.pop(name, None)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        where = safe_url(request.url or "")
        left = self._http.remaining()
        if not left:
            raise self._http.too_late(where)
        seconds = min(kwargs.get("timeout") or self._settings.timeout, left)
        self._http.watch()
        try:
            response = super().send(request, **{**kwargs, "timeout": seconds, "stream": True})
        except _FAILURES as problem:
            late = not self._http.remaining()
            raise (self._http.too_late(where) if late else _explained(problem, where, seconds)) from None
        if response.status_code >= 400:
            raise _refused(response, pause(response.status_code, response.headers, self._http.now()))
        return response


class _Adapter(HTTPAdapter):
    def __init__(self, http: Http) -> None:
        self._http = http
        super().__init__(max_retries=http.retry())
        _bound(self.poolmanager, http)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return _bound(super().proxy_manager_for(proxy, **kwargs), self._http)


def _bound(manager: Any, http: Http) -> Any:
    """The same pool manager, with connections that the deadline can cut."""

    def bounded(kind: Any) -> Any:
        class Bounded(kind):  # type: ignore[misc]
            timeout: Any

            def connect(self) -> None:
                if isinstance(self.timeout, (int, float)):
                    self.timeout = min(self.timeout, max(http.remaining(), 0.001))
                super().connect()
                http.opened(self.sock)

        return Bounded

    plain = type("Plain", (HTTPConnectionPool,), {"ConnectionCls": bounded(HTTPConnection)})
    secure = type("Secure", (HTTPSConnectionPool,), {"ConnectionCls": bounded(HTTPSConnection)})
    manager.pool_classes_by_scheme = {"http": plain, "https": secure}
    return manager


def _clip(text: str, size: int = 300) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= size else flat[: size - 1] + "…"


def _explained(problem: Exception, where: str, seconds: float) -> SourceError:
    """The SourceError for what went wrong before there was an answer."""
    cause: Any = problem.args[0] if problem.args else problem
    cause = getattr(cause, "reason", None) or cause
    text = _clip(" ".join(map(str, getattr(cause, "args", ()))) or str(cause)).rstrip(".")
    if isinstance(problem, requests.exceptions.SSLError):
        what, fix = (
            f"TLS failed: {text}.",
            "Set ca_file to its authority, or use http:// where it has no TLS.",
        )
    elif isinstance(problem, requests.exceptions.ProxyError):
        what, fix = f"the proxy failed: {text}.", "Check HTTPS_PROXY and NO_PROXY in the environment."
    elif isinstance(problem, requests.exceptions.Timeout) or "timed out" in text:
        what, fix = f"no answer within {seconds:.3g} s.", "Raise timeout, or check that the server is well."
    elif isinstance(cause, NameResolutionError):
        what, fix = "the host name cannot be resolved.", "Check the name in url, and the DNS of this machine."
    elif "refused" in text:
        what, fix = "the connection was refused.", "Check host and port in url, and that the server runs."
    elif isinstance(problem, (ValueError, HTTPError)):  # their texts quote the whole address, secrets included
        what, fix = "the address, or one that it redirects to, cannot be used.", "Check url."
    elif isinstance(problem, requests.exceptions.RequestException):
        what, fix = f"the request failed: {text}.", "Check url, and what stands between here and there."
    else:
        what, fix = f"{_clip(str(problem))}.", "Check ca_file, client_cert and client_key."
    return SourceError(what, where=where, fix=fix)


_FIXES = {
    401: "Check token, or username and password.",
    403: "Give this account the right to read, or use another one.",
    404: "Check the path in url.",
    **dict.fromkeys(LIMITED, "Ask again later, or ask for a higher limit."),
}


def _refused(response: requests.Response, wanted: float | None) -> HttpError:
    """The HttpError for an answer; `wanted`: the seconds that its rate limit asks to wait."""
    try:
        told = json.loads(response.content)
        found = next((told[key] for key in ("error", "message", "detail") if told.get(key)), response.text)
        if isinstance(found, dict):  # Elasticsearch: {"root_cause": [{"reason": …}], "reason": …}
            found = (found.get("root_cause") or [found])[0]
            found = found.get("reason") or found.get("message") or found
        kind = str(told.get("__type") or "").rpartition("#")[2]  # of AWS
        message = f"{kind}: {told.get('Message') or found}" if kind else str(found)
    except (ValueError, AttributeError, TypeError, LookupError):
        title = re.search(r"<title[^>]*>(.*?)</title>", response.text, re.DOTALL | re.IGNORECASE)  # of an error page
        message = title[1] if title else response.text
    sent = str(response.request.headers.get("Authorization") or "").rpartition(" ")[2] if response.request else ""
    message, status = _clip(message.replace(sent, "…") if sent else message), response.status_code
    what = f"HTTP {status} {response.reason or ''}".strip() + (f": {message}" if message else "")
    fix = _FIXES.get(
        status, "Look at the server's own log." if status >= 500 else "Check the request that is configured."
    )
    if wanted:
        why = "Its rate limit is used up" if status < 500 else "It wants to be left alone for now"
        fix = f"{why}: ask again in {wanted:.0f} s{', or ask for a higher limit' if status < 500 else ''}."
    return HttpError(status, message, what.rstrip(".") + ".", where=safe_url(response.url), fix=fix)
