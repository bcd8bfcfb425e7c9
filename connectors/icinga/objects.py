"""What the API has now: the last change of each object, and the acknowledgements and downtimes that are still there.

https://icinga.com/docs/icinga-2/latest/doc/12-icinga2-api/#object-queries
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from connectors.icinga.events import ACKNOWLEDGEMENT, BY_HAND, Told, name_of, state_of, time_of
from connectors.icinga.settings import IcingaSettings
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.streams import mended_by, objects, understood

_FIXES = {
    401: "Check username and password: those of an ApiUser.",
    403: "Give the ApiUser the permission objects/query/* (Host, Service, Comment, Downtime).",
    404: "Check url: it is the address before /v1. A filter that fits nothing is answered so too.",
}
_STATE = (
    "name", "__name", "host_name", "state", "state_type", "vars", "last_check_result", "last_hard_state",
    "last_hard_state_change", "last_state_change", "previous_state_change",
)  # fmt: skip
LISTS: Mapping[str, tuple[str, ...]] = {
    "hosts": tuple(one for one in _STATE if one != "host_name"), "services": _STATE,
    "comments": ("__name", "host_name", "service_name", "author", "text", "entry_time", "entry_type"),
    "downtimes": ("__name", "host_name", "service_name", "author", "comment", "start_time", "end_time", "trigger_time"),
}  # fmt: skip


class Objects:
    """The objects of one Icinga. Every call raises SourceError, and HttpError where it refused."""

    def __init__(self, settings: IcingaSettings, http: Http, told: Told) -> None:
        self._settings, self._http, self._told = settings, http, told
        self._session = http.session(settings)
        self._session.headers["Accept"] = "application/json"
        self._began: dict[str, Any] = {}  # start of the problem that an object has now, or had last
        self.unseen = 0  # objects that changed more often in the window than the API tells

    def list(self, kind: str) -> list[Any]:
        """All objects of a kind: one answer, without pages."""
        where = f"{self._settings.base}/v1/objects/{kind}"
        narrow = {"filter": self._settings.filter} if self._settings.filter and kind in ("hosts", "services") else {}
        with mended_by(_FIXES):
            answer = self._http.get(self._session, where, {"attrs": LISTS[kind], **narrow})
        results = objects(where, "results")(answer)
        return [{**one, **attrs} if isinstance(attrs := one.get("attrs"), dict) else one for one in results]

    def status(self) -> Any:
        with mended_by(_FIXES):
            return self._http.get(self._session, f"{self._settings.base}/v1")

    def events(self, kind: str, window: Window, known: Collection[str]) -> Iterator[Event | Notice | Rejected]:
        """The events of one list; those of objects that the stream tells of (`known`) are left out."""
        state = partial(self._state, window=window)
        read: dict[str, Callable[..., Iterator[Event]]] = {
            "hosts": state, "services": state, "comments": self._comment, "downtimes": self._downtime,
        }  # fmt: skip
        for raw in self.list(kind):
            yield from understood(partial(read[kind], known=known), raw, f"{kind}: {raw.get('name')}")

    def _state(self, raw: Any, known: Collection[str], window: Window) -> Iterator[Event]:
        name = str(raw["__name"])
        if variable := (raw.get("vars") or {}).get(self._settings.service_var):
            self._told.variables[name] = str(variable)
        hard, last = time_of(raw.get("last_hard_state_change")), time_of(raw.get("last_state_change"))
        before, result = time_of(raw.get("previous_state_change")), raw.get("last_check_result") or {}
        if not hard or name in known:
            return
        state = state_of(name, raw["last_hard_state"])
        self.unseen += bool(before and before in window)
        if state not in ("OK", "UP"):
            self._began[name] = hard
            yield self._told.fired(name, hard, state, str(result.get("output") or ""), last)
        elif before and last and hard >= before and not int(raw["state"]):  # it came back from a hard state
            self._began[name] = before
            yield self._told.fired(name, before, "not OK" if "!" in name else "not UP", "")
            yield self._told.resolved(name, last, state, before)

    def _comment(self, raw: Any, known: Collection[str]) -> Iterator[Event]:
        name, at = name_of(raw["host_name"], raw.get("service_name")), time_of(raw["entry_time"])
        if name in known or not at:
            return
        if int(raw["entry_type"]) == ACKNOWLEDGEMENT:
            began, author = self._began.get(name), str(raw.get("author") or "")
            yield self._told.acknowledged(name, at, began, author, str(raw.get("text") or ""))
        elif int(raw["entry_type"]) == BY_HAND:
            yield self._told.said(raw, at)

    def _downtime(self, raw: Any, known: Collection[str]) -> Iterator[Event]:
        began = time_of(raw.get("trigger_time"))
        if began and name_of(raw["host_name"], raw.get("service_name")) not in known:
            yield self._told.downtime(raw, began, "began")
