"""The Argo CD connector."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from connectors.argocd.deploys import Application
from connectors.argocd.settings import ArgocdSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.paging import value
from pipeline.streams import asked, mended_by, objects, understood

_NAME = value("metadata", "name")
_FIXES = {
    401: "Make a new token: argocd account generate-token.",
    403: "Allow the account applications, get: docs/connectors/argocd.md has the policy.",
}


class ArgocdConnector:
    """Deploys of the applications of one Argo CD."""

    kind: ClassVar[str] = "argocd"
    Settings: ClassVar[type[ArgocdSettings]] = ArgocdSettings
    needs: ClassVar[str] = "a token of an account that may get applications"
    limits: ClassVar[tuple[str, ...]] = ("the last 10 deploys of an application", "the last operation only")

    def __init__(self, settings: ArgocdSettings, http: Http) -> None:
        self.identity = f"argocd:{settings.base}"
        self._settings, self._http = settings, http
        self._session = http.session(settings)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The deploys of each application that the account may see."""
        found = self._applications()
        if not found:
            detail = "No application is visible to this account: Argo CD leaves out what it may not get."
            yield Notice(kind="no-applications", detail=detail)
        for raw in found:
            name = _NAME(raw)
            if self._settings.wants(str(name)):
                yield from understood(lambda raw: Application(self._settings, raw).events(window.start), raw, str(name))

    def check(self) -> Iterator[Check]:
        """The list of applications, and whether any are in it."""
        found: list[Any] = []
        reached = asked("applications", lambda: found.extend(self._applications()), "applications, get")
        if reached.ok:
            wanted = [one for one in found if self._settings.wants(str(_NAME(one)))]
            fix = "" if wanted else "Check applications and projects, and the account's policy."
            told = f"{len(wanted)} of {len(found)} visible ones are read"
            reached = Check("applications", bool(wanted), told, fix, reaches=self._reaches(wanted))
        yield reached

    def _reaches(self, applications: list[Any]) -> datetime | None:
        """How far back the histories of all of them go; None where none has forgotten anything."""
        read = lambda raw: [Application(self._settings, raw).reaches]  # noqa: E731
        firsts = [one for raw in applications for one in understood(read, raw, str(_NAME(raw)))]
        return max((one for one in firsts if isinstance(one, datetime)), default=None)

    def _applications(self) -> list[Any]:
        where = f"{self._settings.base}/api/v1/applications"
        with mended_by(_FIXES):
            answer = self._http.get(self._session, where, {"projects": list(self._settings.projects)})
        if isinstance(answer, dict) and "items" in answer and answer["items"] is None:  # Go's empty list
            return []
        return objects(where, "items")(answer)
