"""The GitLab connector."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from connectors.gitlab import incidents
from connectors.gitlab.api import Api, project
from connectors.gitlab.deployments import deployments
from connectors.gitlab.settings import GitlabSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Incident, Window
from pipeline.streams import asked, each


class GitlabConnector:
    """Deploys and incident issues of the configured projects."""

    kind: ClassVar[str] = "gitlab"
    Settings: ClassVar[type[GitlabSettings]] = GitlabSettings
    needs: ClassVar[str] = "a token with the scope read_api, of an account with the role Reporter"
    limits: ClassVar[tuple[str, ...]] = ("100 records a page", "rate limits")

    def __init__(self, settings: GitlabSettings, http: Http) -> None:
        self.identity = f"gitlab:{settings.base}"
        self._settings = settings
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The deployments of each project; one that is refused is a gap."""
        paths = self._settings.projects
        yield from each((f"deployments of {path}", deployments(self._api, path, window)) for path in paths)

    def find_incident(self, incident_id: str) -> Incident:
        return incidents.find(self._api, incident_id)

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        return incidents.recent(self._api, since)

    def check(self) -> Iterator[Check]:
        """Each project's deployments, and the issues where they are incidents."""
        for path in self._settings.projects:
            yield self._asked(f"deployments of {path}", f"{project(path)}/deployments?per_page=1")
        if place := self._settings.incident_project:
            yield self._asked(f"issues of {place}", f"{project(place)}/issues?per_page=1")

    def _asked(self, name: str, path: str) -> Check:
        return asked(name, lambda: self._api.get(path))
