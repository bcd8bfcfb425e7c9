"""Asking Slack's Web API, which says in the body of a 200 that it refused (https://docs.slack.dev/apis/web-api)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.slack.settings import SlackSettings
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http, HttpError
from pipeline.paging import by_cursor, value
from pipeline.streams import objects

PAGE = 200  # messages; the vendor's advice
CLAMPED = 15  # what an app that is distributed outside the Marketplace gets, whatever it asks for, once a minute
INTERNAL = "Create an internal app for your workspace: its limits are higher (docs/connectors/slack.md)."
_REFUSED = {
    "not_authed": 401, "invalid_auth": 401, "account_inactive": 401, "token_revoked": 401, "token_expired": 401,
    "missing_scope": 403, "no_permission": 403, "not_allowed_token_type": 403, "access_denied": 403,
    "channel_not_found": 404, "not_in_channel": 404, "thread_not_found": 404, "user_not_found": 404,
    "ratelimited": 429,
}  # fmt: skip
_FIXES = {
    401: "Check token: it is wrong, expired or revoked.",
    403: "Give the app the scopes that docs/connectors/slack.md names, and install it again.",
    404: "Check the channel's id, and invite the app to the channel.",
    429: INTERNAL,
}
Ask = Callable[[Mapping[str, Any]], Any]


class Api:
    """One workspace. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: SlackSettings, http: Http) -> None:
        self._base, self._http = settings.base, http
        self._session = http.session(settings)

    def get(self, method: str, **params: Any) -> Any:
        """The answer of a method."""
        where = f"{self._base}/{method}"
        try:
            answer = self._http.get(self._session, where, params)
        except HttpError as problem:
            fix = f"{problem.fix} {INTERNAL}" if problem.status == 429 else _FIXES.get(problem.status, problem.fix)
            raise HttpError(problem.status, problem.message, problem.what, where=problem.where, fix=fix) from None
        if value("ok")(answer) is True:
            return answer
        error = value("error")(answer)
        if not isinstance(error, str):
            fix = "Check that url is Slack's Web API."
            raise SourceError("the answer does not say whether it is one.", where=where, fix=fix)
        status, needed = _REFUSED.get(error, 400), value("needed")(answer)
        what = f"HTTP {status}: {error}{f' (needed: {needed})' if needed else ''}."
        raise HttpError(status, error, what, where=where, fix=_FIXES.get(status, "Check the settings of this source."))

    def messages(self, method: str, **params: Any) -> Iterator[Any]:
        """All messages of a channel or of a thread, page by page, and what limited them."""
        where, noted = f"{self._base}/{method}", list[Notice]()

        def ask(cursor: Any) -> Any:
            answer = self.get(method, limit=PAGE, **params, **({"cursor": cursor} if cursor else {}))
            noted.extend(_limits(answer, params["channel"]))
            return answer

        cursor_of = value("response_metadata", "next_cursor")
        yield from by_cursor(ask, items=objects(where, "messages"), cursor_of=cursor_of, where=where)
        yield from dict.fromkeys(noted)


def _limits(answer: Any, channel: str) -> Iterator[Notice]:
    if answer.get("has_more") and len(answer.get("messages") or ()) == CLAMPED:
        detail = (
            f"Slack gave {CLAMPED} messages of {channel} at once where {PAGE} were asked for, as it does to apps that "
            f"are distributed outside its Marketplace, once a minute. {INTERNAL}"
        )
        yield Notice(kind="limit", detail=detail)
    if answer.get("is_limited"):
        detail = f"Slack hides older messages of {channel}: the plan of the workspace does not keep them."
        yield Notice(kind="retention", detail=detail, gap=True)
