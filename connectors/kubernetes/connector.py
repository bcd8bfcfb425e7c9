"""The Kubernetes connector."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import ClassVar

from connectors.kubernetes.api import Api
from connectors.kubernetes.events import cluster_events
from connectors.kubernetes.rollouts import Revision, read, rollouts
from connectors.kubernetes.settings import KubernetesSettings
from connectors.kubernetes.workloads import service
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window
from pipeline.streams import asked, each

_CORE, _APPS = "api/v1", "apis/apps/v1"


class KubernetesConnector:
    """Events and rollouts of one cluster."""

    kind: ClassVar[str] = "kubernetes"
    Settings: ClassVar[type[KubernetesSettings]] = KubernetesSettings
    short_lived: ClassVar[bool] = True
    needs: ClassVar[str] = "the right to list events, replicasets and deployments"
    limits: ClassVar[tuple[str, ...]] = (
        "events live for an hour", "lists in pieces that can expire (410)", "the last 10 rollouts of a Deployment",
    )  # fmt: skip

    def __init__(self, settings: KubernetesSettings, http: Http) -> None:
        self._settings, self._http = settings, http
        self._api = Api(settings, http)
        self._revisions: list[Revision] = []

    @cached_property
    def identity(self) -> str:
        """The API server's address; what is configured, where that cannot be found out."""
        try:
            return f"kubernetes:{self._api.reached[0]}"
        except SourceError:
            return f"kubernetes:{self._settings.context or self._settings.kubeconfig or 'cluster'}"

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """Rollouts first: their labels say which service a workload is. One list that is refused is a gap."""
        self._revisions = []
        yield from each(self._streams(window))

    def _streams(self, window: Window) -> Iterator[tuple[str, Iterator[Event | Notice | Rejected]]]:
        if self._settings.rollouts:
            for sets, deployments in zip(
                self._api.paths(_APPS, "replicasets"), self._api.paths(_APPS, "deployments"), strict=True
            ):
                yield sets, self._read(sets)
                yield deployments, rollouts(self._api, deployments, self._revisions, window)
        if self._settings.events:
            label = self._settings.service_label
            told = {one.of: service(one.labels, label, one.of.partition("/")[2]) for one in self._revisions}
            for path in self._api.paths(_CORE, "events"):
                yield path, cluster_events(self._api, path, window, told)

    def _read(self, path: str) -> Iterator[Notice | Rejected]:
        for one in read(self._api, path):
            if isinstance(one, Revision):
                self._revisions.append(one)
            else:
                yield one

    def check(self) -> Iterator[Check]:
        """The way to the cluster, each list that is read, and how long events are kept."""
        reached = asked("API server", lambda: self._api.get("version"))
        yield reached
        if not reached.ok:
            return
        for group, resource, on in (
            (_APPS, "replicasets", self._settings.rollouts),
            (_APPS, "deployments", self._settings.rollouts),
            (_CORE, "events", self._settings.events),
        ):
            for path in self._api.paths(group, resource) if on else ():
                yield asked(path, lambda path=path: self._api.get(path, limit=1))  # type: ignore[misc]
        if self._settings.events:
            hours = self._settings.event_hours
            since = self._http.now() - timedelta(hours=hours)
            yield Check("retention", True, f"events are kept for {hours:g} h", reaches=since)
