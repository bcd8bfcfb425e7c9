"""The whole programme on one page: collect what happened, reconstruct the timeline, render the draft.

    collect(incident, config, clock) -> Snapshot     the only step that touches sources
    reconstruct(snapshot, overrides) -> Timeline     pure: no clock, no network, no disk
    render(timeline) -> str                          pure, templates apart

The doors (command line, service) call what stands here.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import formats
from pipeline import snapshot as snapshots
from pipeline.collect import Progress, collect
from pipeline.config import Config
from pipeline.draft import Style, render, render_html
from pipeline.draft.document import is_untouched, split, with_overrides
from pipeline.draft.overrides import overrides_of
from pipeline.errors import BefellError
from pipeline.incident import Incident
from pipeline.snapshot import Snapshot
from pipeline.timeline import reconstruct
from pipeline.timeline.model import Timeline
from pipeline.writing import write_whole


@dataclass(frozen=True, slots=True)
class Draft:
    """A timeline and the text that tells it."""

    timeline: Timeline
    text: str


def gather(
    incident: Incident | str, config: Config, clock: Callable[[], datetime], progress: Progress | None = None,
    keep: Callable[[Snapshot, bytes], object] | None = None, reviewed: str = "", file: str = "",
) -> Snapshot:  # fmt: skip
    """Collect the evidence and keep it in the state folder, and by `keep`; raises what collect raises.

    The window is that of `reviewed`, the draft in `file`, where a reviewer set it there.
    """
    found = collect(incident, config, clock, progress, overrides_of(reviewed, file).window)
    dumped = snapshots.dump(found)
    write_snapshot(dumped, snapshot_file(config, found.incident.id))
    if keep:
        keep(found, dumped)
    return found


def tell(evidence: Snapshot, reviewed: str = "", *, merged: bool = True, file: str = "") -> Timeline:
    """The timeline; `reviewed` is the draft, in `file`, that holds a reviewer's overrides."""
    return reconstruct(evidence, overrides_of(reviewed, file), merged=merged)


def draft(
    evidence: Snapshot, reviewed: str = "", *, html: bool = False, file: str = "", config: Config | None = None
) -> Draft:
    """The draft as Markdown, or as one HTML page; the overrides of `reviewed` (in `file`) are obeyed and kept.

    The page is that of the reviewed draft where somebody edited it. Templates and fields are those of `config`.
    """
    timeline = tell(evidence, reviewed, file=file)
    edited = reviewed if reviewed and not is_untouched(reviewed) else ""
    style = _style(config, split(edited, file)[0])
    text = with_overrides(render(timeline, style), reviewed)
    return Draft(timeline, render_html(edited or text, timeline, style) if html else text)


def _style(config: Config | None, said: Mapping[str, object]) -> Style:
    """How the draft is worded; what a reviewer `said` in the front matter outranks the configuration."""
    language = str(said.get("language") or "en") if said else config.language if config else "en"
    if config is None:
        return Style(language=language)
    kept = {name: value for name in config.fields if isinstance(value := said.get(name), str | int)}
    return Style(templates=config.own_templates, fields={**config.fields, **kept}, language=language)


def snapshot_file(config: Config, incident_id: str) -> Path:
    """Where the snapshot of an incident is kept."""
    return config.snapshots / f"{safe_name(incident_id)}.jsonl.gz"


def safe_name(incident_id: str) -> str:
    """A file name for any id: letters, digits, `.`, `_`, `-`; where that changes the id, a hash keeps names apart."""
    name = re.sub(r"[^\w.-]+", "-", incident_id)[:60].strip("-.")
    if name == incident_id:
        return name
    return f"{name or 'incident'}-{hashlib.sha256(incident_id.encode()).hexdigest()[:8]}"


def write_snapshot(evidence: Snapshot | bytes, path: Path) -> None:
    """Write the snapshot, or its dump; BefellError where the disk refuses."""
    try:
        dumped = evidence if isinstance(evidence, bytes) else snapshots.dump(evidence)
        snapshots.write_dump(dumped, _regular(path))
    except OSError as problem:
        raise _refused(path, problem) from None


def check_snapshot(path: Path) -> None:
    """BefellError where a file stands that is no snapshot: it is somebody's, and never overwritten."""
    if path.is_file() and not snapshots.is_snapshot(path):  # a pipe or device is refused where it is written
        raise BefellError("exists and is no snapshot.", where=str(path), fix="Name another file with --output.")


def existing(path: Path) -> str:
    """The text of a draft, or "" where there is none."""
    return content(path).decode("utf-8", errors="replace")


def check_unedited(path: Path) -> None:
    """BefellError where a file stands that somebody edited, or that befell did not write: it is never overwritten."""
    stands = content(path)
    if formats.is_file_format(stands):
        untouched = formats.is_untouched(stands)
    else:
        untouched = not stands or is_untouched(stands.decode("utf-8", errors="replace"))
    if not untouched:
        raise BefellError(
            "was edited since befell wrote it (or befell did not write it), and is not overwritten.",
            where=str(path),
            fix="Name another file with --output, or move this one away.",
        )


def write_draft(made: str | bytes, path: Path, over: bytes | None = None) -> None:
    """Write a draft over one that nobody edited, or `over` what was read; BefellError where something else stands."""
    if over is None:
        check_unedited(path)
    elif content(path) != over:
        what = "was saved by somebody else while the draft was made, and is not overwritten."
        raise BefellError(what, where=str(path), fix="Draft again.")
    target = _regular(path)
    try:
        write_whole(target, made.encode() if isinstance(made, str) else made)
    except OSError as problem:
        raise _refused(path, problem) from None


def content(path: Path) -> bytes:
    """What stands in a file, b"" where there is none; BefellError where it cannot be read."""
    try:
        return _regular(path).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise _refused(path, problem) from None


def _regular(path: Path) -> Path:
    """Where a path really leads; BefellError where that is a device or a pipe, which must not be replaced by a file."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise BefellError("is no regular file.", where=str(path), fix="Name a file, or use --output - for stdout.")
    return target


def _refused(path: Path, problem: OSError) -> BefellError:
    why = problem.strerror or str(problem)
    return BefellError(f"{why}.", where=str(path), fix="Check the path and its permissions.")
