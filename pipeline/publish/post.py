"""A draft that is to be published, what publishing it gave, and the refusal to overwrite what was edited there."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.draft.document import split
from pipeline.errors import BefellError


@dataclass(frozen=True, slots=True)
class Post:
    """A draft: the `text` of its file, and what that says. `link` is where it is read, where that is known already."""

    incident: str
    name: str  # the incident's id, fit for a file or a branch
    title: str
    front: Mapping[str, Any]
    text: str
    body: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Where the draft is now; `changed` is False where it was there already."""

    address: str
    changed: bool = True


class EditedThere(BefellError):
    """What stands in the target was edited since befell published it."""

    exit_code = 4


def edited(where: str, what: str = "was edited since befell published it") -> EditedThere:
    return EditedThere(
        f"{what}, and is not overwritten.",
        where=where,
        fix="Bring the edits into the draft, then publish it with --overwrite.",
    )


def read(text: str, file: Path, name: Any) -> Post:
    """The draft in a file; `name` makes an id fit for a file. BefellError where it is no draft in Markdown."""
    front, body = split(text, str(file))
    incident = str(front.get("incident") or "")
    if not incident:
        raise BefellError(
            "has no incident in its front matter.", where=str(file), fix="Publish the Markdown that befell drafted."
        )
    title = next((line[2:].strip() for line in body.splitlines() if line.startswith("# ")), "")
    return Post(incident, name(incident), title or f"Postmortem: {incident}", front, text, body)


def digest(text: str) -> str:
    """What tells one content from another, in a target that keeps no history."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
