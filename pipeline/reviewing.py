"""A file that a reviewer may have edited: what a new draft makes of it, and how that is written."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import run
from pipeline.draft import document
from pipeline.errors import BefellError
from pipeline.redraft import Conflict, redraft

if TYPE_CHECKING:
    from pipeline.run import Draft
    from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draft will write: `text` into `path`, and `conflicts` beside `file`.

    `file` is the one that was asked for and `before` its content; where it was edited and nobody knows what of, `path`
    is another, beside it.
    """

    file: Path
    path: Path
    before: str
    text: str
    conflicts: tuple[Conflict, ...] = ()

    @property
    def edited(self) -> bool:
        """Whether the file holds a reviewer's text."""
        return bool(self.before) and not document.is_untouched(self.before)

    @property
    def unmerged(self) -> bool:
        return self.path != self.file

    @property
    def settled(self) -> bool:
        """Whether nothing is left to a reviewer."""
        return not self.conflicts and not self.unmerged


def read(path: Path, incident_id: str = "") -> str:
    """A draft of this incident, "" where there is none; BefellError where the file is something else."""
    raw = run.content(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise BefellError("is not UTF-8.", where=f"{path}:{line}", fix="Save it as UTF-8, then draft again.") from None
    if not text or document.is_untouched(text):
        return text
    found = document.split(text, str(path))[0]
    if "befell" not in found:
        what = "befell did not write this file, and does not overwrite it."
        raise BefellError(what, where=str(path), fix="Name another file with --output, or move this one away.")
    if incident_id and found.get("incident") != incident_id:
        what = f"is the edited draft of incident {found.get('incident')!r}, and is not overwritten."
        raise BefellError(what, where=str(path), fix="Name another file with --output.")
    return text


def plan(new: str, before: str, path: Path, base_of: Callable[[str], str]) -> Plan:
    """What becomes of `path`, which holds `before`; `base_of` gives what befell wrote under a hash, or ""."""
    if not before or document.is_untouched(before):
        return Plan(path, path, before, new.replace("\n", "\r\n") if "\r\n" in before else new)
    stamp = document.stamp(before)
    base = base_of(stamp) if stamp else ""
    if not base:
        return Plan(path, path.with_name(f"{path.stem}.new{path.suffix}"), before, new)
    done = redraft(base, before, new)
    return Plan(path, path, before, done.text, done.conflicts)


def keep(store: "Store", one: Plan, made: "Draft", snapshot: str) -> None:
    """Keep a reviewer's text, and what is generated now, so that the next draft can be merged; raises StoreError."""
    incident = made.timeline.incident
    if one.edited:
        overrides = document.split(one.before, str(one.file))[0].get("overrides") or {}
        was = document.stamp(one.before)
        store.keep_version(incident, was, one.before, str(one.file), overrides, document.actions(one.text))
    store.keep_draft(incident, document.stamp(made.text), made.text, snapshot)


def write(one: Plan) -> None:
    """Write what was planned; BefellError where the file was saved meanwhile, or the disk refuses."""
    if one.unmerged:
        run.write_draft(one.text, one.path)
        return
    if one.conflicts:
        side = conflicts_file(one.file)
        told = run.existing(side)
        blocks = [block for block in map(_told, one.conflicts) if block not in told]
        if blocks:
            run.write_draft("".join([told or _HEAD.format(name=one.file.name), *blocks]), side, over=told.encode())
    if one.text != one.before or not one.edited:
        run.write_draft(one.text, one.path, over=one.before.encode())


def conflicts_file(path: Path) -> Path:
    """Where the conflicts of a draft are told."""
    return path.with_name(f"{path.stem}.conflicts{path.suffix}")


_HEAD = """\
# Conflicts in {name}

New evidence changed what a reviewer had changed too. The draft has the reviewer's text; the new one stands here. Take
over what is right, then delete this file.
"""


def _told(conflict: Conflict) -> str:
    new = f"Newly generated:\n\n{_quoted(conflict.new)}" if conflict.new else "No longer generated.\n"
    return f"\n## {conflict.section}\n\nIn the draft:\n\n{_quoted(conflict.mine)}\n{new}"


def _quoted(text: str) -> str:
    fence = "`" * (3 + text.count("```"))
    return f"{fence}text\n{text}\n{fence}\n"
