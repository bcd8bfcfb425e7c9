"""The Icinga connector."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from connectors.icinga.events import Told
from connectors.icinga.objects import LISTS, Objects
from connectors.icinga.settings import IcingaSettings
from connectors.icinga.stream import Stream
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.streams import asked, each
from pipeline.times import rfc3339


class IcingaConnector:
    """Problems of hosts and services, acknowledgements, downtimes and comments of one Icinga 2."""

    kind: ClassVar[str] = "icinga"
    Settings: ClassVar[type[IcingaSettings]] = IcingaSettings
    needs: ClassVar[str] = "an ApiUser that may query hosts, services, comments and downtimes"
    limits: ClassVar[tuple[str, ...]] = ("only the last change of each object, without a recorded event stream",)

    def __init__(self, settings: IcingaSettings, http: Http) -> None:
        self.identity = f"icinga:{settings.base}"
        self._settings, self._http = settings, http

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """What the stream tells, then what only the API knows; one list that is refused is a gap."""
        told = Told(self._settings)
        found, stream = Objects(self._settings, self._http, told), Stream(self._settings, told)
        yield from stream.events()
        if not self._settings.objects:
            return
        yield from each((kind, found.events(kind, window, stream.names)) for kind in LISTS)
        if found.unseen:
            detail = (
                f"{found.unseen} hosts and services changed more than once: Icinga's API tells the last change only, "
                "and what came before it in the window may be missing. Record the event stream: "
                "docs/connectors/icinga.md."
            )
            yield Notice(kind="history", detail=detail, gap=True)

    def check(self) -> Iterator[Check]:
        """The API and each list of it, and the files of the stream."""
        told = Told(self._settings)
        if self._settings.objects:
            api = Objects(self._settings, self._http, told)
            reached = asked("API", api.status)
            yield reached
            for kind in LISTS if reached.ok else ():
                yield asked(kind, partial(api.list, kind), f"objects/query/{kind[:-1].capitalize()}")
        if self._settings.stream:
            try:
                found = list(Stream(self._settings, told).events())
            except SourceError as problem:
                yield Check("stream", False, f"{problem.where}: {problem.what}", problem.fix)
                return
            broken = [one for one in found if isinstance(one, Rejected)]
            first = min((one.at for one in found if isinstance(one, Event)), default=None)
            said = f"{broken[0].where}: {broken[0].why}" if broken else "readable"
            said += f"; recorded since {rfc3339(first)}" if first and not broken else ""
            yield Check("stream", not broken, said, "Record it as JSON Lines." if broken else "", reaches=first)
