"""Deploys as events: what each one put in place, what ran before it, and whether it undid that."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from connectors.git import address, rollback
from connectors.git.history import Deploy
from connectors.git.repository import Repository
from pipeline.event import Event
from pipeline.incident import Window

_SHORTLIST = 10  # paths named in a label
_NOREPLY = re.compile(r"(?:\d+\+)?([^@]+)@users\.noreply\.github\.com")
_PULL = re.compile(r"^(Merge pull request #\d+) from \S+$")
_MERGE = re.compile(r"^(Merge (?:remote-tracking )?branch '[^']*')(?: of \S+)?")


def events(repository: Repository, found: Iterable[Deploy], window: Window) -> Iterator[Event]:
    """The events of the deploys within the window, oldest first; the deploys before it say what they replaced."""
    template = repository.settings.link or address.link_template(repository.remote())
    taken: set[str] = set()
    by_track = sorted(found, key=lambda one: (one.track, one.at, one.name))
    chosen: list[tuple[Deploy, list[Deploy]]] = []
    for _, track in groupby(by_track, key=lambda one: one.track):
        line = list(track)
        chosen += [(one, line[:place]) for place, one in enumerate(line) if one.at in window]
    for one, before in sorted(chosen, key=lambda pair: (pair[0].at, pair[0].name)):
        native_id = one.tag.name if one.tag else one.commit.sha
        native_id = f"{native_id} {one.service}" if native_id in taken else native_id
        taken.add(native_id)
        yield _event(repository, one, before, native_id, template)


def _event(
    repository: Repository, one: Deploy, before: list[Deploy], native_id: str, template: str
) -> Event:  # fmt: skip
    why, undone = _rolled_back(one, before)
    labels = {
        "sha": one.commit.sha, "tag": one.tag.name if one.tag else "", "branch": one.rule.branch,
        "version": one.version, "environment": one.environment, "rule": str(one.rule), "rollback": why,
        "rolls_back": undone,
    }  # fmt: skip
    if before:
        labels |= _changed(repository, before[-1], one)
    tag = one.tag.name if one.tag else ""
    return Event(
        at=one.at, at_text=one.at_text, precision_s=1.0, kind="deploy", moment="rolled back" if why else "deployed",
        title=_title(one, bool(why)), native_id=native_id, service=one.service,
        labels={name: value for name, value in labels.items() if value},
        url=address.link(template, sha=one.commit.sha, tag=tag, branch=one.rule.branch) if template else "",
        body=one.tag.note.strip() if one.tag and one.tag.seconds else one.commit.body.strip(),
        actor_role=f"login:{login(one.email)}" if one.email else "",
    )  # fmt: skip


def _rolled_back(one: Deploy, before: list[Deploy]) -> tuple[str, str]:
    """Why this deploy is a rollback, and what it undoes, each "" where nothing says so.

    The same commit under a new tag right after itself (a release candidate that becomes the release) undoes nothing.
    """
    again = next((old for old in reversed(before) if old.commit.sha == one.commit.sha), None)
    if again and before[-1].commit.sha != one.commit.sha:
        return f"the commit ran before, as {again.name}", before[-1].name
    note = one.tag.note if one.tag and one.tag.seconds else ""
    said = rollback.said_by(one.tag.name if one.tag else "", note, one.commit.subject, one.commit.body)
    if not said:
        return "", ""
    sha = rollback.reverted(one.commit.body)
    undone = next((old for old in reversed(before) if sha and old.commit.sha.startswith(sha)), None)
    return f"the {said} says so", undone.name if undone else sha


def _title(one: Deploy, undoes: bool) -> str:
    short = one.commit.sha[:7]
    if one.service and one.version:
        what = f"{one.service} to {one.version}" if undoes else f"{one.service} {one.version}"
    else:
        what = one.tag.name if one.tag else " ".join(part for part in (one.service, "from", one.rule.branch) if part)
    if undoes and one.tag:  # the subject of an old commit says nothing of why it runs again
        return f"Roll back {what} ({short})"
    subject = subject_without_names(one.commit.subject, one.commit.body)
    return f"{'Roll back' if undoes else 'Deploy'} {what} ({short}): {subject}".rstrip(": ")


def subject_without_names(subject: str, body: str) -> str:
    """The subject less the account that a merge commit names; a pull request's own title comes first in its body."""
    if found := _PULL.match(subject):
        title = body.strip().partition("\n")[0]
        return f"{found[1]}: {title}" if title else found[1]
    return _MERGE.sub(r"\1", subject)


def login(email: str) -> str:
    """The account of an author: the e-mail address, or the GitHub login that a no-reply address holds."""
    found = _NOREPLY.fullmatch(email)
    return found[1] if found else email


def _changed(repository: Repository, old: Deploy, new: Deploy) -> dict[str, str]:
    """What lies between two deploys; in a shallow clone their common past may be missing."""
    if old.commit.sha == new.commit.sha:
        return {"previous": old.name, "previous_sha": old.commit.sha, "commits": "0"}
    count = repository.read("rev-list", "--count", f"{old.commit.sha}..{new.commit.sha}").decode().strip()
    out = repository.read(
        "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", old.commit.sha, new.commit.sha
    )
    paths = [path for path in out.decode("utf-8", "replace").split("\0") if path]
    more = f" and {len(paths) - _SHORTLIST} more" if len(paths) > _SHORTLIST else ""
    return {
        "previous": old.name, "previous_sha": old.commit.sha, "commits": count,
        "changed_paths": ", ".join(paths[:_SHORTLIST]) + more, "changed_path_count": str(len(paths)),
    }  # fmt: skip
