"""The deploy repository: a commit a release, an annotated tag `deploy/<service>/<number>-<version>` a deploy."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
WHO = {"GIT_AUTHOR_NAME": "Shop Deploys", "GIT_AUTHOR_EMAIL": "deploys@shop.example"}
ENVIRONMENT = {
    **WHO, **{key.replace("AUTHOR", "COMMITTER"): value for key, value in WHO.items()},
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "TZ": "UTC", "PATH": os.environ["PATH"],
}  # fmt: skip


class Repository:
    """Sources of both services. `release` commits and tags a version, `check_out` gives a work tree of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._deploys = {"checkout": 40, "search": 87}
        path.mkdir(parents=True)
        self._git("init", "-q", "-b", "main")
        shutil.copytree(HERE / "shop", path / "shop", ignore=shutil.ignore_patterns("__pycache__"))

    def release(self, service: str, version: str, subject: str) -> None:
        """Commit what is in releases/<version>, if anything, with the new version number; tag `<service>-<version>`."""
        if (HERE / "releases" / version).is_dir():
            shutil.copytree(HERE / "releases" / version, self.path / "shop", dirs_exist_ok=True)
        (self.path / f"{service}.version").write_text(version + "\n")
        self._git("add", "-A")
        self._git("commit", "-q", "-m", subject)
        self._git("tag", f"{service}-{version}")

    def check_out(self, service: str, version: str, to: Path) -> Path:
        self._git("worktree", "add", "-q", "--detach", str(to), f"{service}-{version}")
        return to

    def tag_deploy(self, service: str, version: str, rollback: bool = False) -> tuple[str, datetime]:
        """Record a deploy that is complete at this moment: the tag's name and its time (git keeps whole seconds)."""
        self._deploys[service] += 1
        name = f"deploy/{service}/{self._deploys[service]}-{version}"
        message = f"Roll back {service} to {version}" if rollback else f"Deploy {service} {version}"
        self._git("tag", "-a", "-m", message, name, f"{service}-{version}")
        seconds = self._git("for-each-ref", "--format=%(taggerdate:unix)", f"refs/tags/{name}")
        return name, datetime.fromtimestamp(int(seconds), UTC)

    def bundle(self, path: Path) -> None:
        self._git("bundle", "create", "-q", str(path.resolve()), "HEAD", "--branches", "--tags")

    def _git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.path, env=ENVIRONMENT, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()
