"""The `git` connector: deploys of one repository, by the rules that say what a deploy is."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from connectors.git import address
from connectors.git.command import Git
from connectors.git.events import events
from connectors.git.history import Deploy, deploys
from connectors.git.repository import Repository
from connectors.git.settings import GitSettings
from pipeline.connector import Check
from pipeline.errors import SourceError
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

_OLDEST = (2, 32)  # the first that can leave the user's configuration out (GIT_CONFIG_GLOBAL)


class GitConnector:
    """Deploy and rollback events from tags or from commits of a branch."""

    kind: ClassVar[str] = "git"
    Settings: ClassVar[type[GitSettings]] = GitSettings
    needs: ClassVar[str] = "git 2.32 or newer; a clone, or read access to the repository"
    limits: ClassVar[tuple[str, ...]] = ("shallow clones", "remotes that cannot be reached", "rules that find nothing")

    def __init__(self, settings: GitSettings, http: Http) -> None:
        self.settings, self.name = settings, settings.name
        token = settings.token.get_secret_value() if settings.token else ""
        _, secrets = address.credentials(settings.url, token)
        where = address.without_credentials(settings.url) if settings.url else str(settings.path)
        self.repository = Repository(settings, Git(where, http.remaining, secrets))

    @cached_property
    def identity(self) -> str:
        """The remote's address without credentials; for a repository without remote its first commit."""
        if self.settings.url:
            return "git:" + address.identity(self.settings.url)
        try:
            if remote := self.repository.remote():
                return "git:" + address.identity(remote)
            roots = self.repository.read("rev-list", "--max-parents=0", "--all", "--reverse").decode().split()
        except SourceError:
            roots = []
        return "git:" + (roots[0] if roots else self.settings.path.name if self.settings.path else "")

    def events(self, window: Window) -> Iterator[Event | Notice | Rejected]:
        """The deploys within the window; what cannot be read as one comes first. Raises SourceError."""
        for notice in self.repository.prepare():
            yield self._mine(notice)
        found: list[Deploy] = []
        for one in deploys(self.repository):
            if isinstance(one, Deploy):
                found.append(one)
            else:
                yield self._mine(one) if isinstance(one, Notice) else one
        yield from events(self.repository, found, window)

    def check(self) -> Iterator[Check]:
        """The git command, the repository, and what each rule finds."""
        try:
            yield self._version()
            stale = [f" ({notice.detail})" for notice in self.repository.prepare()]
            yield Check(
                self.repository.git.where, not stale, "readable" + "".join(stale), "Do what it says." if stale else ""
            )
            found = [one for one in deploys(self.repository) if not isinstance(one, Rejected)]
        except SourceError as problem:
            yield Check(self.repository.git.where, False, problem.what, problem.fix)
            return
        for rule in self.settings.deploys:
            count = sum(1 for one in found if isinstance(one, Deploy) and one.rule == rule)
            said = next((one.detail for one in found if isinstance(one, Notice) and f"({rule})" in one.detail), "")
            yield Check(f"rule: {rule}", bool(count), said or f"{count} deploys", "" if count else "Check deploys.")

    def _version(self) -> Check:
        said = self.repository.git.run("version").decode().strip()
        numbers = tuple(map(int, re.findall(r"\d+", said)[:2]))
        return Check("git", numbers >= _OLDEST, said, "" if numbers >= _OLDEST else "Install git 2.32 or newer.")

    def _mine(self, notice: Notice) -> Notice:
        return Notice(kind=notice.kind, detail=notice.detail, source=self.name, gap=notice.gap)
