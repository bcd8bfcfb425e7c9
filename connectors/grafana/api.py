"""Asking Grafana. Annotations are asked for in ms, the state history in seconds; both cut their answers in silence."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from connectors.grafana.settings import GrafanaSettings, ms
from pipeline.errors import SourceError
from pipeline.event import Notice
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import by_bisection, value
from pipeline.streams import mended_by, objects

ANNOTATIONS = (500, 5_000, 50_000)  # how many are asked for: where nothing is, 100 come
STATES = 5000  # an answer: the most that Loki gives
_HISTORY, _ANNOTATIONS = "api/v1/rules/history", "api/annotations"
_ID = value("id")
_MS, _SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
_FIXES = {
    401: "Check token: that of a service account; it may have been revoked.",
    403: "Give the service account the role Viewer, or annotations:read, alert.rules:read and dashboards:read.",
    404: "Check url, and that the server is Grafana 9.5 or newer; a dashboard is named by its uid.",
}


class Api:
    """One Grafana. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: GrafanaSettings, http: Http) -> None:
        self.settings, self._http = settings, http
        self._session = http.session(settings)

    def get(self, path: str, **params: Any) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self.settings.base}/{path}", params)

    def raw(self, path: str, **params: Any) -> bytes:
        """The answer as it is."""
        with mended_by(_FIXES):
            return self._session.get(f"{self.settings.base}/{path}", params=params).content

    def annotations(self, window: Window, **params: Any) -> Iterator[Any]:
        """The annotations that touch the window. They are spans, which halves of it do not part: more are asked for."""
        before, found = -1, list[Any]()
        for limit in ANNOTATIONS:
            found = self._annotations("annotation", window, limit, **params)
            if len(found) < limit and (len(found) != before or self._is_all(found, window, limit, **params)):
                yield from found
                return
            before = len(found)
        yield from found
        detail = f"Grafana gave {len(found)} annotations of the window, and has more. Narrow them by tags."
        yield Notice(kind="limit", detail=detail, gap=True)

    def _annotations(self, kind: str, window: Window, limit: int, **params: Any) -> list[Any]:
        span = {"type": kind, "from": ms(window.start), "to": ms(window.end)}
        return objects(f"{self.settings.base}/{_ANNOTATIONS}")(self.get(_ANNOTATIONS, **span, limit=limit, **params))

    def _is_all(self, found: list[Any], window: Window, limit: int, **params: Any) -> bool:
        """Whether the halves of the window have nothing else: so many may be all, or a limit of the server."""
        middle = window.start + (window.end - window.start) / 2
        known = {str(_ID(one)) for one in found}
        return all(
            str(_ID(one)) in known and _touches(one, part)
            for part in (Window(window.start, middle), Window(middle, window.end))
            for one in self._annotations("annotation", part, limit, **params)
        )

    def alert_annotations(self, window: Window, limit: int = STATES) -> Iterator[Any]:
        """The annotations that changes of state left in the window, in order of time."""

        def ask(part: Window) -> list[Any]:
            span = {"from": ms(part.start), "to": ms(part.end)}
            return self._in_order(self._annotations("alert", part, limit), lambda one: one.get("time"), span)

        return by_bisection(ask, window, limit, key=lambda one: str(_ID(one)), least=_MS)

    def states(self, window: Window, limit: int = STATES) -> Iterator[Any]:
        """(Unix ms, entry) of each change of state of the window, in order of time; refused without Loki."""

        def ask(part: Window) -> list[Any]:
            span = {"from": int(part.start.timestamp()), "to": int(part.end.timestamp())}
            found = self._frame(self.get(_HISTORY, **span, limit=limit))
            return self._in_order(found, lambda one: one[0], {name: at * 1000 for name, at in span.items()})

        return by_bisection(ask, window, limit, key=repr, least=_SECOND)

    def _in_order(self, found: list[Any], time: Callable[[Any], Any], span: Mapping[str, Any]) -> list[Any]:
        """The records in order of time; SourceError where one lies outside the span: halving would not end."""
        for one in found:
            at = time(one)
            if isinstance(at, (int, float)) and not span["from"] - 1000 <= at <= span["to"] + 1000:
                what = "the answer does not keep to the span that was asked for."
                raise SourceError(what, where=self.settings.base, fix="Check what stands between here and Grafana.")
        return sorted(found, key=lambda one: _number(time(one)))

    def _frame(self, answer: Any) -> list[tuple[Any, Any]]:
        """The rows of a data frame with the fields `time` and `line`."""
        fields, columns = value("schema", "fields")(answer), value("data", "values")(answer)
        if isinstance(fields, list) and isinstance(columns, list):
            named = dict(
                zip([value("name")(one) for one in fields if _plain(value("name")(one))], columns, strict=False)
            )
            times, lines = named.get("time"), named.get("line")
            if isinstance(times, list) and isinstance(lines, list) and len(times) == len(lines):
                return list(zip(times, lines, strict=True))
            if not fields or not columns or not any(columns):
                return []
        where = f"{self.settings.base}/{_HISTORY}"
        raise SourceError("the answer is no state history.", where=where, fix="Set history to annotations.")

    def dashboard(self, uid: str) -> Any:
        return self.get(f"api/dashboards/uid/{quote(uid, safe='')}")


def _touches(one: Any, part: Window) -> bool:
    start = _number(one.get("time"))
    return start <= ms(part.end) and (_number(one.get("timeEnd")) or start) >= ms(part.start)


def _plain(name: Any) -> bool:
    return isinstance(name, str)


def _number(found: Any) -> float:
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else 0.0
