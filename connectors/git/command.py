"""The git command: no shell, no prompt, no surprise from a user's or a repository's configuration, and a deadline."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipeline.errors import SourceError

# A repository that is read must not be able to start a programme.
_SAFE = (
    "--no-pager", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "log.showSignature=false", "-c", "core.quotePath=false", "-c", "i18n.logOutputEncoding=UTF-8",
    "-c", "protocol.ext.allow=never", "-c", "gc.auto=0", "-c", "safe.bareRepository=all",
)  # fmt: skip
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_EXEC_PATH")


class GitFailed(SourceError):
    """git ended with an error; `said` is the last thing that it said."""

    def __init__(self, said: str, *, where: str, fix: str) -> None:
        self.said = said
        super().__init__(f"git failed: {said}", where=where, fix=fix)


class GitTooLate(SourceError):
    """git was stopped at the deadline."""


class Git:
    """Runs git in one repository. `remaining` gives the seconds until the deadline; `secrets` never reach an error."""

    def __init__(self, where: str, remaining: Callable[[], float], secrets: Sequence[str] = ()) -> None:
        self.where, self.remaining, self.secrets = where, remaining, [one for one in secrets if one]

    def run(
        self, *arguments: str, folder: Path | None = None, stdin: bytes = b"", limit: float | None = None,
        network: Mapping[str, str] | None = None,
    ) -> bytes:  # fmt: skip
        """What `git ARGUMENTS` prints. `network` has the environment of a command that talks to a remote: only such
        a one sees the user's configuration (credential helpers, proxies). Raises GitFailed or GitTooLate."""
        seconds = self.remaining() if limit is None else min(limit, self.remaining())
        at = ["-C", str(folder)] if folder else []
        try:
            process = subprocess.Popen(
                ["git", *_SAFE, *at, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=_environment(folder, network), start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError:
            raise SourceError("the command git is not there.", where=self.where, fix="Install git.") from None
        try:
            out, said = process.communicate(stdin, timeout=max(seconds, 0.001))
        except subprocess.TimeoutExpired:
            raise GitTooLate(
                f"git {arguments[0]} took longer than {seconds:.0f} s.", where=self.where, fix="Raise time_limit."
            ) from None
        finally:
            _end(process)
        if process.returncode:
            fix = "Check that path or url names a git repository that may be read."
            raise GitFailed(self._last(said), where=self.where, fix=fix)
        return out

    def _last(self, said: bytes) -> str:
        lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
        text = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text[:300] or "it gave no reason."


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop git and everything that it started (ssh, git-remote-https), which would hold the pipes open."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _environment(folder: Path | None, network: Mapping[str, str] | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    kept |= {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    kept |= {"GIT_NO_LAZY_FETCH": "1"}
    if folder:  # a folder inside some other repository is not that repository
        kept["GIT_CEILING_DIRECTORIES"] = str(folder.resolve().parent)
    if network is None:
        return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return {**kept, **network}
