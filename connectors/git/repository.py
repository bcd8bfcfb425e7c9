"""The repository that is read: a folder as it is, or a clone in the cache that is fetched again on every run."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from connectors.git import address
from connectors.git.command import Git
from connectors.git.settings import GitSettings
from pipeline.errors import SourceError
from pipeline.event import Notice

_HEADS = "+refs/heads/*:refs/heads/*"
_TAGS = "+refs/tags/*:refs/tags/*"
_SHARE = 0.6  # of the time left, for cloning and fetching; the rest is for reading


@dataclass
class Repository:
    """Opens what the settings name. `git` carries the deadline."""

    settings: GitSettings
    git: Git

    @cached_property
    def url(self) -> str:
        """The address to clone from, with a local one made absolute."""
        return address.local(self.settings.url, self.settings.base)

    @cached_property
    def folder(self) -> Path:
        if self.settings.path:
            return self.settings.path
        plain = address.without_credentials(self.url)
        root = (
            self.settings.cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "befell" / "git"
        )
        return root / hashlib.sha256(plain.encode()).hexdigest()[:16]

    def read(self, *arguments: str, stdin: bytes = b"") -> bytes:
        return self.git.run(*arguments, folder=self.folder, stdin=stdin)

    def prepare(self) -> Iterator[Notice]:
        """Clone, or fetch again, where there is a url; then SourceError unless it is a repository with commits.

        A fetch that fails leaves the clone of the last run in use, with a notice.
        """
        if self.settings.url and self.folder.is_dir():
            yield from self._fetch()
        elif self.settings.url:
            self._clone()
        elif not self.folder.is_dir():
            raise SourceError("there is no such folder.", where=self.git.where, fix="Check path.")
        self.read("rev-parse", "--git-dir")
        if not self.read("for-each-ref", "--count=1"):
            raise SourceError(
                "the repository is empty: it has no branch and no tag.", where=self.git.where, fix="Push to it first."
            )
        if self.read("rev-parse", "--is-shallow-repository").strip() == b"true":
            detail = f"{self.git.where} is a shallow clone: older deploys, and what they changed, are missing. "
            yield Notice(kind="shallow", detail=detail + "Run `git fetch --unshallow --tags` in it.", gap=True)

    def remote(self) -> str:
        """The address that the repository came from, without credentials; "" where it has none."""
        if self.settings.url:
            return address.without_credentials(self.url)
        found = self.read("config", "--default", "", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
        return address.without_credentials(found)

    def _network(self) -> dict[str, str]:
        token = self.settings.token.get_secret_value() if self.settings.token else ""
        header, _ = address.credentials(self.url, token)
        return header

    def _clone(self) -> None:
        """Clone next to the final place and move there when whole, so that a broken clone is never taken for one."""
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}.", dir=self.folder.parent))
        except OSError as problem:
            raise SourceError(
                f"the cache cannot be written: {problem.strerror}.", where=str(self.folder.parent), fix="Set cache."
            ) from None
        try:
            self.git.run(
                "clone", "--quiet", "--bare", "--filter=blob:none", "--", address.without_credentials(self.url),
                str(draft), limit=self.git.remaining() * _SHARE, network=self._network(),
            )  # fmt: skip
            if not self.folder.is_dir():
                draft.rename(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _fetch(self) -> Iterator[Notice]:
        try:
            self.git.run(
                "fetch", "--quiet", "--prune", "--no-tags", "--force", "origin", _HEADS, _TAGS, folder=self.folder,
                limit=self.git.remaining() * _SHARE, network=self._network(),
            )  # fmt: skip
        except SourceError as problem:
            detail = f"{problem} Deploys since its last fetch are missing; the clone of then was read."
            yield Notice(kind="stale-clone", detail=detail, gap=True)
