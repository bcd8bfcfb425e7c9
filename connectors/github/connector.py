"""The GitHub connector."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from connectors.github import changes, incidents
from connectors.github.api import Api
from connectors.github.deployments import deployments
from connectors.github.settings import GithubSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Incident, Window
from pipeline.streams import asked, each

_STREAMS = {
    "deployments": ("deployments", "Deployments: read"),
    "workflows": ("actions/runs", "Actions: read"),
    "releases": ("releases", "Contents: read"),
    "pull_requests": ("pulls", "Pull requests: read"),
}


class GithubConnector:
    """Deploys, changes and incident issues of the configured repositories."""

    kind: ClassVar[str] = "github"
    Settings: ClassVar[type[GithubSettings]] = GithubSettings
    needs: ClassVar[str] = "a token that may read deployments, actions, contents, pull requests and issues"
    limits: ClassVar[tuple[str, ...]] = (
        "no time filter of deployments and releases", "1,000 results of a search", "hourly and secondary rate limits",
    )  # fmt: skip

    def __init__(self, settings: GithubSettings, http: Http) -> None:
        self.identity = f"github:{settings.base}"
        self._settings = settings
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """What each repository gives; one list that is refused is a gap."""
        yield from each(
            (f"{name.replace('_', ' ')} of {repository}", read(self._api, repository, window))
            for repository in self._settings.repositories
            for name, read in (
                ("deployments", deployments),
                ("workflows", changes.runs),
                ("releases", changes.releases),
                ("pull_requests", changes.merged),
            )
            if getattr(self._settings, name)
        )

    def find_incident(self, incident_id: str) -> Incident:
        return incidents.find(self._api, incident_id)

    def recent_incidents(self, since: datetime) -> Iterator[Incident]:
        return incidents.recent(self._api, since)

    def check(self) -> Iterator[Check]:
        """Each repository, and each list of it that is read, with the permission that it needs."""
        for repository in self._settings.repositories:
            yield self._asked(repository, f"repos/{repository}", "Metadata: read")
            for name, (path, permission) in _STREAMS.items():
                if getattr(self._settings, name):
                    label = f"{name.replace('_', ' ')} of {repository}"
                    yield self._asked(label, f"repos/{repository}/{path}?per_page=1", permission)
        if self._settings.incident_label:
            place = self._settings.issues_in
            yield self._asked(f"issues of {place}", f"repos/{place}/issues?per_page=1", "Issues: read")

    def _asked(self, name: str, path: str, permission: str) -> Check:
        return asked(name, lambda: self._api.get(path), permission)
