"""Real repositories with fixed dates, made in a folder of the test."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.git import GitConnector, GitSettings
from pipeline.event import Event, Notice, Rejected
from pipeline.http import Http
from pipeline.incident import Window

DAY = datetime(2026, 11, 24, tzinfo=UTC)
WINDOW = Window(DAY.replace(hour=9), DAY.replace(hour=11))


def at(clock: str) -> datetime:
    """`"09:26"` on the day, UTC."""
    hours, minutes = map(int, clock.split(":"))
    return DAY.replace(hour=hours, minute=minutes)


class Repo:
    """A repository at `path`; every commit and tag is made at a stated time of the day, in the zone +0100."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self.git("init", "-q", "-b", "main", *options, str(path), inside=False)

    def git(self, *arguments: str, clock: str = "00:00", inside: bool = True, **more: str) -> str:
        date = f"{int(at(clock).timestamp())} +0100"
        person = {"NAME": "Alice Example", "EMAIL": "alice@example.org", "DATE": date}
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
        env = {"PATH": os.environ["PATH"], "HOME": str(self.path), "GIT_CONFIG_GLOBAL": os.devnull, **who, **more}
        at_path = ["-C", str(self.path)] if inside else []
        done = subprocess.run(["git", *at_path, *arguments], env=env, check=True, capture_output=True)
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, clock: str, message: str, *paths: str, **more: str) -> str:
        for path in paths or ("file",):
            file = self.path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{clock} {message}")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, clock=clock, **more)
        return self.git("rev-parse", "HEAD")

    def tag(self, clock: str, name: str, commit: str = "HEAD", message: str = "") -> None:
        self.git("tag", *(["-a", "-m", message] if message else []), name, commit, clock=clock)

    def merge(self, clock: str, branch: str, message: str) -> str:
        self.git("merge", "-q", "--no-ff", "-m", message, branch, clock=clock)
        return self.git("rev-parse", "HEAD")


def connector(base: Path, **settings: Any) -> GitConnector:
    given = {"use": "git", "name": "deploys", "deploys": [{"tags": "*"}], "cache": "cache", **settings}
    limit = float(given.get("time_limit", 60))
    return GitConnector(GitSettings.model_validate(given, context={"base": base}), Http(limit, lambda: DAY))


def read(base: Path, **settings: Any) -> tuple[list[Event], list[Rejected], list[Notice]]:
    found = list(connector(base, **settings).events(WINDOW))
    parts = ([one for one in found if isinstance(one, kind)] for kind in (Event, Rejected, Notice))
    return tuple(parts)  # type: ignore[return-value]
