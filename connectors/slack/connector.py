"""The Slack connector."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from connectors.slack.api import Api
from connectors.slack.messages import Place, message, time_of, ts_of
from connectors.slack.settings import SlackSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http, HttpError
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import asked, each, objects, understood

_HISTORY, _REPLIES = "conversations.history", "conversations.replies"
_TS = value("ts")


class SlackConnector:
    """Messages, threads and pins of the configured channels of one workspace."""

    kind: ClassVar[str] = "slack"
    Settings: ClassVar[type[SlackSettings]] = SlackSettings
    needs: ClassVar[str] = "an internal app with channels:history, groups:history and pins:read, in each channel"
    limits: ClassVar[tuple[str, ...]] = (
        "200 messages an answer", "a request a thread", "15 messages a minute for apps that are not internal",
        "messages that the plan does not keep",
    )  # fmt: skip

    def __init__(self, settings: SlackSettings, http: Http) -> None:
        self.identity = f"slack:{settings.base}"
        self._settings, self._http = settings, http
        self._api = Api(settings, http)
        self._logins: dict[str, str] = dict(settings.logins)
        self._unnamed = ""  # why users could not be looked up

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The messages of each channel, newest first, each thread after its first message."""
        workspace = str(self._api.get("auth.test").get("url") or "")
        yield from each(self._streams(window, workspace))
        if self._unnamed:
            yield Notice(kind="refused", detail=f"Logins could not be looked up: {self._unnamed}")

    def _streams(self, window: Window, workspace: str) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        for channel in self._settings.channels:
            pinned = set[str]()
            if self._settings.pins:
                yield f"the pins of {channel}", self._pins(channel, pinned)
            place = Place(channel, workspace, frozenset(pinned), self._login)
            yield f"channel {channel}", self._channel(place, window)

    def _pins(self, channel: str, pinned: set[str]) -> Iterator[Notice]:
        """Fills `pinned` with the ts of the channel's pinned messages; a list without pages."""
        answer = self._api.get("pins.list", channel=channel)
        for one in objects(f"{self._settings.base}/pins.list", "items")(answer):
            pinned.add(str(value("message", "ts")(one)))
        yield from ()

    def _channel(self, place: Place, window: Window) -> Iterator[Event | Notice | Rejected]:
        before = timedelta(hours=self._settings.thread_history) if self._settings.threads else timedelta()
        shown = set[str]()  # replies that were sent to the channel as well
        for raw in self._api.messages(_HISTORY, channel=place.channel, **_span(window.start - before, window)):
            yield from self._told(place, raw)
            if isinstance(raw, Notice):
                continue
            if raw.get("subtype") == "thread_broadcast":
                shown.add(str(_TS(raw)))
            elif self._settings.threads and _goes_on(raw, window):
                yield from self._thread(place, str(_TS(raw)), window, shown)

    def _thread(self, place: Place, ts: str, window: Window, shown: set[str]) -> Iterator[Event | Notice | Rejected]:
        """The replies of the window; the first message, which comes with every answer, is known."""
        asking = {"channel": place.channel, "ts": ts, **_span(window.start, window)}
        try:
            for raw in self._api.messages(_REPLIES, **asking):
                if isinstance(raw, Notice) or str(_TS(raw)) not in (ts, *shown):
                    yield from self._told(place, raw)
        except HttpError as problem:
            if problem.status in (401, 429):
                raise
            yield Notice(kind="refused", detail=f"Thread {ts} of {place.channel}: {problem}", gap=True)

    def _told(self, place: Place, raw: Any) -> Iterator[Event | Notice | Rejected]:
        where = f"message {_TS(raw)} of {place.channel}"
        return understood(partial(message, self._settings, place), raw, where)

    def _login(self, user: str) -> str:
        """The login of a user id; the id itself where nothing says more."""
        if user not in self._logins and self._settings.look_up_users and not self._unnamed:
            try:
                found = value("user")(self._api.get("users.info", user=user))
                self._logins[user] = str(value("profile", "email")(found) or value("name")(found) or user)
            except HttpError as problem:
                if problem.status == 404:
                    self._logins[user] = user
                else:
                    self._unnamed = str(problem)
        return self._logins.get(user, user)

    def check(self) -> Iterator[Check]:
        """The token, and each channel with what is read of it."""
        token = asked("token", lambda: self._api.get("auth.test"))
        yield token
        for channel in self._settings.channels if token.ok else ():
            history = partial(self._api.get, _HISTORY, channel=channel, limit=1)
            yield asked(f"channel {channel}", history, "channels:history or groups:history")
            if self._settings.pins:
                yield asked(f"pins of {channel}", partial(self._api.get, "pins.list", channel=channel), "pins:read")


def _span(start: Any, window: Window) -> dict[str, str]:
    return {"oldest": ts_of(start), "latest": ts_of(window.end), "inclusive": "true"}


def _goes_on(raw: Any, window: Window) -> bool:
    """Whether a thread has replies since the window began; where it does not say when the last came, it may."""
    if not raw.get("reply_count"):
        return False
    try:
        return time_of(raw.get("latest_reply")) >= window.start
    except ValueError:
        return True
