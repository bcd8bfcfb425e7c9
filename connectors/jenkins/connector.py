"""The Jenkins connector."""

from collections.abc import Iterator
from typing import ClassVar

from connectors.jenkins.api import Api, path
from connectors.jenkins.builds import builds
from connectors.jenkins.settings import JenkinsSettings
from pipeline.connector import Check
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.streams import asked, each


class JenkinsConnector:
    """Deploys by the configured jobs of one Jenkins."""

    kind: ClassVar[str] = "jenkins"
    Settings: ClassVar[type[JenkinsSettings]] = JenkinsSettings
    needs: ClassVar[str] = "an account with an API token and the rights Overall/Read and Job/Read"
    limits: ClassVar[tuple[str, ...]] = ("no time filter", "builds that were discarded")

    def __init__(self, settings: JenkinsSettings, http: Http) -> None:
        self.identity = f"jenkins:{settings.base}"
        self._settings = settings
        self._api = Api(settings, http)

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The builds of each job; one that is refused is a gap."""
        yield from each((f"builds of {job}", builds(self._api, job, window)) for job in self._settings.jobs)

    def check(self) -> Iterator[Check]:
        """Each job, with the rights that it needs."""
        for job in self._settings.jobs:
            yield asked(job, lambda job=job: self._api.get(path(job), "name"), "Overall/Read, Job/Read")  # type: ignore[misc]
