"""Tags, branches and commits as git prints them, and the deploys that the rules find among them."""

import difflib
import fnmatch
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.git.repository import Repository
from connectors.git.settings import DeployRule, GitSettings
from pipeline import times
from pipeline.errors import SourceError
from pipeline.event import Notice, Rejected

_TAG = (
    "%(refname)%00%(objectname)%00%(taggerdate:unix)%00%(taggerdate:iso-strict)%00%(taggeremail)%00"
    "%(contents:subject)%0a%0a%(contents:body)%00"
)
_COMMIT = "%H%x00%ct%x00%cI%x00%ae%x00%s%x00%b%x00"


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    seconds: str
    text: str
    email: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and the commit that it means; `seconds` and what follows are empty for a lightweight tag."""

    name: str
    commit: str
    seconds: str
    text: str
    email: str
    note: str


@dataclass(slots=True)
class Deploy:
    """One deploy that a rule found. `track` is what it follows its predecessors on: rule, service, environment."""

    at: datetime
    at_text: str
    commit: Commit
    rule: DeployRule
    tag: Tag | None = None
    email: str = ""
    service: str = ""
    version: str = ""
    environment: str = ""
    track: tuple[str, str, str] = field(default=("", "", ""))

    @property
    def name(self) -> str:
        """What a reader calls it: the tag's name, or the short sha."""
        return self.tag.name if self.tag else self.commit.sha[:7]


def deploys(repository: Repository) -> Iterator[Deploy | Rejected | Notice]:
    """Every deploy of the whole history by every rule, each tag or commit once a service. A rule that fails or finds
    nothing gives a notice; SourceError where every rule fails."""
    seen: set[tuple[str, str]] = set()
    faults: list[SourceError] = []
    for rule in repository.settings.deploys:
        found = False
        try:
            for one in _by_tags(repository, rule) if rule.tags else _by_branch(repository, rule):
                found = True
                if isinstance(one, Rejected):
                    yield one
                elif (key := (one.tag.name if one.tag else one.commit.sha, one.service)) not in seen:
                    seen.add(key)
                    yield one
        except SourceError as fault:
            faults.append(fault)
            continue
        if not found:
            yield Notice(kind="no-deploys", detail=_nothing(repository, rule), gap=True)
    if len(faults) == len(repository.settings.deploys):
        raise faults[0]
    yield from (Notice(kind="unreadable", detail=str(fault), gap=True) for fault in faults)


def _nothing(repository: Repository, rule: DeployRule) -> str:
    some = ", ".join(_names(repository, "refs/tags")[-5:]) if rule.tags else ""
    there = f" Tags there: {some}." if some else " It has no tags." if rule.tags else ""
    return f"{repository.git.where}: the rule ({rule}) finds no deploy.{there} Check deploys in the configuration."


def _names(repository: Repository, under: str) -> list[str]:
    out = repository.read("for-each-ref", "--sort=creatordate", "--format=%(refname)", under)
    return [line.removeprefix(under + "/") for line in _text(out).splitlines()]


def _by_tags(repository: Repository, rule: DeployRule) -> Iterator[Deploy | Rejected]:
    chosen = [tag for tag in _tags(repository) if any(fnmatch.fnmatchcase(tag.name, glob) for glob in rule.tags)]
    commits = _commits(repository, {tag.commit for tag in chosen if tag.commit})
    for tag in chosen:
        commit = commits.get(tag.commit)
        if commit is None:
            yield Rejected(where=f"tag {tag.name}", why="points to no commit of this repository.")
            continue
        yield _placed(repository.settings, rule, commit, tag)


def _tags(repository: Repository) -> list[Tag]:
    """Every tag with the commit that it ends at, also a tag of a tag; `commit` is empty where there is none."""
    rows = list(_rows(repository.read("for-each-ref", f"--format={_TAG}", "refs/tags"), 6))
    asked = "".join(f"{sha}^{{commit}}\n" for _, sha, *_ in rows).encode()
    answers = _text(repository.read("cat-file", "--batch-check=%(objectname)", stdin=asked)).splitlines()
    return [
        Tag(name.removeprefix("refs/tags/"), "" if " " in commit else commit, seconds, text, email.strip("<>"), note)
        for (name, _, seconds, text, email, note), commit in zip(rows, answers, strict=True)
    ]


def _commits(repository: Repository, shas: Iterable[str]) -> dict[str, Commit]:
    if not (asked := "".join(f"{sha}\n" for sha in sorted(shas))):
        return {}
    out = repository.read("log", "--no-walk=unsorted", "--stdin", f"--format={_COMMIT}", stdin=asked.encode())
    return {row[0]: Commit(*row) for row in _rows(out, 6)}


def _by_branch(repository: Repository, rule: DeployRule) -> Iterator[Deploy | Rejected]:
    line = _branch(repository, rule.branch)
    only = ["--merges"] if rule.merges else []
    paths = [f":(glob){path}" for path in rule.paths]
    out = repository.read("log", "--first-parent", "--reverse", *only, f"--format={_COMMIT}", line, "--", *paths)
    for row in _rows(out, 6):
        yield _placed(repository.settings, rule, Commit(*row), None)


def _branch(repository: Repository, name: str) -> str:
    known = {prefix: _names(repository, prefix) for prefix in ("refs/heads", "refs/remotes/origin")}
    for prefix, names in known.items():
        if name in names:
            return f"{prefix}/{name}"
    near = difflib.get_close_matches(name, sorted(set().union(*known.values())), 3, 0.4)
    fix = f"Nearest: {', '.join(near)}." if near else "Check deploys in the configuration, or fetch the branch."
    raise SourceError(f"there is no branch {name!r}.", where=repository.git.where, fix=fix)


def _placed(settings: GitSettings, rule: DeployRule, commit: Commit, tag: Tag | None) -> Deploy | Rejected:
    dated = tag if tag and tag.seconds else commit
    name = tag.name if tag else commit.sha
    try:
        at = times.checked(datetime.fromtimestamp(int(dated.seconds), UTC))
    except (ValueError, OverflowError, OSError) as problem:
        return Rejected(where=f"tag {name}" if tag else f"commit {name}", why=f"time: {problem}.")
    groups = re.search(settings.service_pattern, tag.name) if tag and settings.service_pattern else None
    parts = {key: value for key, value in groups.groupdict().items() if value} if groups else {}
    service = rule.service or parts.get("service") or settings.service
    environment = parts.get("environment", "")
    return Deploy(
        at=at, at_text=dated.text, commit=commit, rule=rule, tag=tag, email=dated.email, service=service,
        version=parts.get("version", ""), environment=environment, track=(str(rule), service, environment),
    )  # fmt: skip


def _rows(out: bytes, width: int) -> Iterator[list[str]]:
    """git's records of `width` fields that each end in NUL; no name and no message can hold one."""
    fields = _text(out).split("\0")
    for start in range(0, len(fields) - width, width):
        row = fields[start : start + width]
        yield [row[0].lstrip("\n"), *row[1:]]


def _text(out: bytes) -> str:
    return out.decode("utf-8", "replace")
